using System.Runtime.InteropServices;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.SyntheticModels;

/// <summary>Writes model folders of any size: Llama's tensors, with weights of the spread that real ones have. Equal arguments give equal bytes.</summary>
public static class GeneratedModel
{
    /// <summary>Name of the file with the weights.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>Writes a model, unless it stands there already.</summary>
    /// <param name="folder">The folder to create.</param>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="seed">0 for a base model, other numbers for fine-tunes of it, which differ from it as fine-tunes do.</param>
    /// <exception cref="InvalidOperationException">The folder holds another model.</exception>
    public static void Ensure(string folder, LlamaShape shape, int seed)
    {
        var (config, text) = (Path.Combine(folder, "config.json"), Config(shape, seed));
        if (!File.Exists(config))
        {
            Directory.CreateDirectory(folder);
            WriteWeights(Path.Combine(folder, WeightsFile), shape, seed);

            // Last: where it stands, the weights are complete.
            File.WriteAllText(config, text);
        }
        else if (File.ReadAllText(config) != text)
        {
            throw new InvalidOperationException($"'{folder}' holds another model than the one to generate; delete it or name another folder.");
        }
    }

    /// <summary>Bytes of weights that <see cref="Ensure"/> would add to the disk.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="shape">Sizes of the model.</param>
    public static long MissingBytes(string folder, LlamaShape shape)
    {
        var unfinished = new FileInfo(Path.Combine(folder, WeightsFile));
        return File.Exists(Path.Combine(folder, "config.json")) ? 0 : shape.ByteLength - (unfinished.Exists ? unfinished.Length : 0);
    }

    /// <summary>Text of a model's config.json.</summary>
    internal static string Config(LlamaShape shape, int seed) => $$"""
        {
          "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": {{shape.Hidden}}, "intermediate_size": {{shape.Intermediate}},
          "num_hidden_layers": {{shape.Layers}}, "vocab_size": {{shape.Vocabulary}}, "tie_word_embeddings": {{(shape.HasTiedEmbeddings ? "true" : "false")}}, "torch_dtype": "bfloat16",
          "generated_with": { "generator": 1, "seed": {{seed}} }
        }
        """;

    private static void WriteWeights(string path, LlamaShape shape, int seed)
    {
        var layout = SafetensorsHeader.Build(path, shape.Tensors, null);
        var block = MemoryMarshal.AsBytes(WeightBlock.Of(seed).AsSpan());
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(layout.Header.Span);

        // Tensors begin at places of the block that have nothing to do with each other, so none are equal.
        foreach (var (i, tensor) in layout.Tensors.Index())
        {
            var start = (int)(2_654_435_761 * i % (block.Length / sizeof(ushort))) * sizeof(ushort);
            for (var left = tensor.Tensor.ByteLength; left > 0; start = 0)
            {
                var piece = block[start..(int)Math.Min(block.Length, start + left)];
                file.Write(piece);
                left -= piece.Length;
            }
        }
    }
}
