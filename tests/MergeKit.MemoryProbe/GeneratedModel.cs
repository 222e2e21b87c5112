using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.MemoryProbe;

/// <summary>A model with the shapes of a Llama checkpoint and pseudo-random bfloat16 weights, one tensor of which has 537 MB.</summary>
internal static class GeneratedModel
{
    private const int Vocabulary = 131_072;
    private const int Hidden = 2048;
    private const int Intermediate = 5632;
    private const int BlockBytes = 16 << 20;

    /// <summary>Writes a model folder; returns the bytes of its tensors.</summary>
    /// <param name="folder">The folder to create.</param>
    /// <param name="minimumBytes">Layers are added until the tensors have this size.</param>
    /// <param name="seed">Models of different seeds differ in the low bits of their weights, as fine-tunes of one base do.</param>
    public static long Write(string folder, long minimumBytes, int seed)
    {
        var tensors = new List<TensorDeclaration> { Tensor("model.embed_tokens.weight", Vocabulary, Hidden), Tensor("model.norm.weight", Hidden) };
        var layers = 0;
        while (tensors.Sum(tensor => tensor.ByteLength) < minimumBytes)
        {
            tensors.AddRange(Layer(layers++));
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {
              "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}},
              "num_hidden_layers": {{layers}}, "vocab_size": {{Vocabulary}}, "tie_word_embeddings": true, "torch_dtype": "bfloat16"
            }
            """);
        WriteWeights(Path.Combine(folder, "model.safetensors"), tensors, seed);
        return tensors.Sum(tensor => tensor.ByteLength);
    }

    private static IEnumerable<TensorDeclaration> Layer(int index)
    {
        var prefix = $"model.layers.{index}.";
        return new[] { "q_proj", "k_proj", "v_proj", "o_proj" }.Select(name => Tensor($"{prefix}self_attn.{name}.weight", Hidden, Hidden))
            .Concat(new[] { "gate_proj", "up_proj" }.Select(name => Tensor($"{prefix}mlp.{name}.weight", Intermediate, Hidden)))
            .Append(Tensor($"{prefix}mlp.down_proj.weight", Hidden, Intermediate))
            .Append(Tensor($"{prefix}input_layernorm.weight", Hidden))
            .Append(Tensor($"{prefix}post_attention_layernorm.weight", Hidden));
    }

    private static TensorDeclaration Tensor(string name, params long[] shape) => new(name, DType.BF16, new TensorShape(shape));

    private static void WriteWeights(string path, IEnumerable<TensorDeclaration> tensors, int seed)
    {
        var layout = SafetensorsHeader.Build(path, tensors, null);
        var block = Block(seed);
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        file.Write(layout.Header.Span);
        for (var left = layout.FileSize - file.Length; left > 0; left -= BlockBytes)
        {
            file.Write(block, 0, (int)Math.Min(BlockBytes, left));
        }
    }

    /// <summary>Weights of magnitudes from 2⁻⁷ to 2⁻⁵; of the bits that all models share, only the lowest three vary with the seed.</summary>
    private static byte[] Block(int seed)
    {
        const ushort SignAndFraction = 0x80FF;
        const ushort Exponent = 0x3C00;
        const ushort LowBits = 0x0007;
        var (shared, own) = (new byte[BlockBytes], new byte[BlockBytes]);
        new Random(1).NextBytes(shared);
        new Random(100 + seed).NextBytes(own);
        var weights = MemoryMarshal.Cast<byte, ushort>(shared.AsSpan());
        var bits = MemoryMarshal.Cast<byte, ushort>(own.AsSpan());
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (ushort)(((weights[i] & SignAndFraction) | Exponent) ^ (bits[i] & LowBits));
        }

        return shared;
    }
}
