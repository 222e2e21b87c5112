using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tokenizers;

namespace MergeKit.Engine.Planning;

/// <summary>The output's config.json: that of the first model, with everything changed that the merge changes.</summary>
internal static class OutputConfig
{
    private static readonly string[] DTypeKeys = ["torch_dtype", "dtype"];

    /// <summary>What config.json and tensor names call the parts of a model with several stacks.</summary>
    private static readonly (string InConfig, string[] InNames)[] Parts =
    [
        ("decoder", ["decoder"]), ("encoder", ["encoder"]), ("vision", ["vision", "visual"]), ("audio", ["audio"]), ("text", ["text", "language"]),
    ];

    /// <summary>Builds the text of config.json.</summary>
    public static string Build(
        LoadedModel primary,
        IReadOnlyList<PlannedTensor> tensors,
        IReadOnlyDictionary<string, List<(LoadedModel Model, int Layer)>> layers,
        TokenizerPlan tokenizer,
        SourcePosition position,
        DiagnosticBag diagnostics)
    {
        var config = (JsonObject)primary.Config.Json.DeepClone();
        foreach (var stack in primary.Index.Stacks)
        {
            if (layers.TryGetValue(stack.Prefix, out var sources))
            {
                Restack(config, primary, stack, sources, position, diagnostics);
            }
        }

        // Inputs are dequantized where they are read.
        config.Remove("quantization_config");
        SetDType(config, tensors);
        SetVocabularySize(config, primary, tensors, tokenizer.Embeddings?.RowCount);
        tokenizer.TokenIds?.Apply("config.json", config);
        if (tensors.Any(tensor => primary.Index.IsOutputHead(tensor.Name, tensor.Shape) && HasOwnValues(tensor, primary)))
        {
            Owner(config, "tie_word_embeddings")["tie_word_embeddings"] = false;
        }

        return PythonNumbers.Unquote(JsonText.Write(config));
    }

    /// <summary>The object that holds a key: the top level, or the part about the language model.</summary>
    public static JsonObject Owner(JsonObject config, string key) =>
        !config.ContainsKey(key) && config["text_config"] is JsonObject text && text.ContainsKey(key) ? text : config;

    /// <summary>Whether an output head is no longer the input embedding, so that a loader must not take that in its place.</summary>
    private static bool HasOwnValues(PlannedTensor head, LoadedModel primary) =>
        !primary.Index.Tensors.ContainsKey(head.Name) || head.Inputs.Any(input => input.Model.Config.TieWordEmbeddings == false);

    private static void Restack(JsonObject config, LoadedModel primary, LayerStack stack, List<(LoadedModel Model, int Layer)> sources, SourcePosition position, DiagnosticBag diagnostics)
    {
        var counts = CountsOf(config, primary, stack);
        RestackLists(config, stack, sources);
        if (sources.Count == stack.Count)
        {
            return;
        }

        foreach (var (owner, key, _, _) in counts)
        {
            owner[key] = sources.Count;
        }

        if (counts.Count == 0)
        {
            diagnostics.Warning(DiagnosticCode.LayerCountNotFound, position, primary, stack.Prefix, sources.Count);
        }
    }

    /// <summary>The entries that state a stack's length; where stacks share a length, their names and the entries' tell them apart.</summary>
    private static List<LayerCount> CountsOf(JsonObject config, LoadedModel primary, LayerStack stack)
    {
        var counts = LayerCounts.In(config).Where(count => count.Value == stack.Count).ToList();
        if (primary.Index.Stacks.Count == 1)
        {
            return counts;
        }

        foreach (var (inConfig, inNames) in Parts)
        {
            var named = counts.FindAll(count => count.Path.Contains(inConfig, StringComparison.OrdinalIgnoreCase));
            if (named.Count > 0 && Array.Exists(inNames, part => stack.Prefix.Contains(part, StringComparison.Ordinal)))
            {
                return named;
            }

            if (named.Count < counts.Count)
            {
                counts = counts.FindAll(count => !named.Contains(count));
            }
        }

        return counts;
    }

    /// <summary>Lists with one entry per layer (<c>layer_types</c>) follow their layers.</summary>
    private static void RestackLists(JsonObject config, LayerStack stack, List<(LoadedModel Model, int Layer)> sources)
    {
        foreach (var (key, node) in config.ToList())
        {
            if (node is JsonObject nested)
            {
                RestackLists(nested, stack, sources);
            }
            else if (node is JsonArray list && list.Count == stack.Count && key.Contains("layer", StringComparison.Ordinal))
            {
                config[key] = new JsonArray([.. sources.Select(source => list[Math.Min(source.Layer, list.Count - 1)]?.DeepClone())]);
            }
        }
    }

    private static void SetDType(JsonObject config, IReadOnlyList<PlannedTensor> tensors)
    {
        var floats = tensors.Where(tensor => tensor.OutputDType.IsFloat()).GroupBy(tensor => tensor.OutputDType.TorchName(), StringComparer.Ordinal).ToList();
        if (floats.Count == 0)
        {
            return;
        }

        var dtype = floats.MaxBy(group => group.Sum(tensor => tensor.ByteLength))!.Key;
        if (!DTypeKeys.Any(config.ContainsKey))
        {
            config[DTypeKeys[0]] = dtype;
        }

        Replace(config, dtype);
    }

    private static void Replace(JsonObject config, string dtype)
    {
        foreach (var (key, node) in config.ToList())
        {
            if (DTypeKeys.Contains(key) && node is JsonValue)
            {
                config[key] = dtype;
            }
            else if (node is JsonObject nested && key.EndsWith("_config", StringComparison.Ordinal))
            {
                Replace(nested, dtype);
            }
        }
    }

    /// <summary>A new vocabulary says how large it is; otherwise token ids without an embedding row would be out of range.</summary>
    private static void SetVocabularySize(JsonObject config, LoadedModel primary, IReadOnlyList<PlannedTensor> tensors, int? rows)
    {
        var embedding = tensors.FirstOrDefault(tensor => TensorNames.IsTokenEmbedding(tensor.Name) && tensor.Shape.Rank == 2);
        if (rows is not null)
        {
            Owner(config, "vocab_size")["vocab_size"] = rows;
        }
        else if (embedding is not null && primary.Index.VocabularySize is { } size && embedding.Shape[0] < size)
        {
            Owner(config, "vocab_size")["vocab_size"] = embedding.Shape[0];
        }
    }
}
