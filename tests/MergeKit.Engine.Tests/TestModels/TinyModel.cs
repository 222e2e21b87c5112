using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>A model folder in the making: config.json and tensors, of zeros unless <see cref="Fill"/> is called, which is all that planning looks at.</summary>
internal sealed class TinyModel(string config)
{
    private SortedDictionary<string, (DType DType, long[] Shape)> tensors = new(StringComparer.Ordinal);
    private int? seed;

    public JsonObject Config { get; } = JsonNode.Parse(config)!.AsObject();

    /// <summary>A decoder with an output head of its own.</summary>
    public static TinyModel Llama(int layers = 4, int hidden = 4, int vocabulary = 16)
    {
        var model = new TinyModel(
            $$"""{"model_type": "llama", "hidden_size": {{hidden}}, "num_hidden_layers": {{layers}}, "vocab_size": {{vocabulary}}, "tie_word_embeddings": false}""");
        return model.Add("model.embed_tokens.weight", vocabulary, hidden).AddLayers("model.layers.", layers, hidden)
            .Add("model.norm.weight", hidden).Add("lm_head.weight", vocabulary, hidden);
    }

    /// <summary>An encoder and a decoder around a shared embedding.</summary>
    public static TinyModel T5(int encoderLayers = 2, int decoderLayers = 2) =>
        new TinyModel($$"""{"model_type": "t5", "num_layers": {{encoderLayers}}, "num_decoder_layers": {{decoderLayers}}, "vocab_size": 16}""")
            .Add("shared.weight", 16, 4)
            .AddLayers("encoder.block.", encoderLayers, 4).Add("encoder.final_layer_norm.weight", 4)
            .AddLayers("decoder.block.", decoderLayers, 4).Add("decoder.final_layer_norm.weight", 4);

    /// <summary>A language model with eyes; config.json has a part for each.</summary>
    public static TinyModel VisionLanguage(int textLayers = 4, int visionLayers = 2) =>
        new TinyModel(
            $$$"""{"model_type": "llava", "text_config": {"num_hidden_layers": {{{textLayers}}}, "vocab_size": 16, "tie_word_embeddings": true}, "vision_config": {"num_hidden_layers": {{{visionLayers}}}}}""")
            .Add("language_model.model.embed_tokens.weight", 16, 4).AddLayers("language_model.model.layers.", textLayers, 4).Add("language_model.model.norm.weight", 4)
            .AddLayers("vision_tower.encoder.layers.", visionLayers, 4).Add("multi_modal_projector.weight", 4, 4);

    public TinyModel Add(string name, params long[] shape) => Add(name, DType.F32, shape);

    /// <summary>Adds a tensor, or replaces the one of that name.</summary>
    public TinyModel Add(string name, DType dtype, params long[] shape)
    {
        tensors[name] = (dtype, shape);
        return this;
    }

    public TinyModel AddLayers(string stack, int layers, int hidden)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            Add($"{stack}{layer}.attn.weight", hidden, hidden).Add($"{stack}{layer}.mlp.weight", 2 * hidden, hidden);
        }

        return this;
    }

    public TinyModel Remove(string nameOrPrefix) => Rename(name => name.StartsWith(nameOrPrefix, StringComparison.Ordinal) ? null : name);

    /// <summary>Gives every tensor another name, or none to remove it.</summary>
    public TinyModel Rename(Func<string, string?> rename)
    {
        tensors = new(tensors.Where(pair => rename(pair.Key) is not null).ToDictionary(pair => rename(pair.Key)!, pair => pair.Value), StringComparer.Ordinal);
        return this;
    }

    /// <summary>Gives the tensors seeded values: common ones, and a little that only this seed has, as fine-tunes of one base differ.</summary>
    public TinyModel Fill(int fineTune)
    {
        seed = fineTune;
        return this;
    }

    /// <summary>Sets an entry of config.json, or removes it.</summary>
    public TinyModel Configure(string key, JsonNode? value)
    {
        if (value is null)
        {
            Config.Remove(key);
        }
        else
        {
            Config[key] = value;
        }

        return this;
    }

    /// <summary>Writes the model; zeros are a hole in the file.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config.ToJsonString());
        var layout = SafetensorsHeader.Build("model.safetensors", tensors.Select(pair => new TensorDeclaration(pair.Key, pair.Value.DType, new TensorShape(pair.Value.Shape))), null);
        using var file = File.Create(Path.Combine(folder, "model.safetensors"));
        file.Write(layout.Header.Span);
        file.SetLength(layout.FileSize);
        if (seed is { } fineTune)
        {
            foreach (var (tensor, offset) in layout.Tensors)
            {
                file.Position = offset;
                file.Write(Values(tensor, fineTune));
            }
        }
    }

    private static byte[] Values(TensorDeclaration tensor, int seed)
    {
        var common = Noise.Normal(tensor.Name.Length, tensor.Shape.ElementCount);
        var data = new byte[tensor.ByteLength];
        FloatCodec.Encode(tensor.DType, Noise.Near(seed, common), data);
        return data;
    }
}
