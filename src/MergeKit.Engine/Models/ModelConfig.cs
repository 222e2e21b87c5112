using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>A model's config.json: what a planner asks about, and the whole document for writing it again.</summary>
public sealed class ModelConfig
{
    private const int MaximumSize = 16 << 20;

    private ModelConfig(string path, JsonObject json)
    {
        Path = path;
        Json = json;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>The whole document; key order and the texts of numbers are those of the file.</summary>
    public JsonObject Json { get; }

    /// <summary>The <c>model_type</c>, for example <c>llama</c>; null when absent.</summary>
    public string? ModelType => Value<string>(Json["model_type"]);

    /// <summary>The <c>architectures</c>; empty when absent.</summary>
    public IReadOnlyList<string> Architectures =>
        Json["architectures"] is JsonArray names ? [.. names.Select(Value<string>).OfType<string>()] : [];

    /// <summary>The <c>tie_word_embeddings</c> of the model or of its <c>text_config</c>; null when neither has it.</summary>
    public bool? TieWordEmbeddings =>
        Value<bool?>(Json["tie_word_embeddings"]) ?? Value<bool?>((Json["text_config"] as JsonObject)?["tie_word_embeddings"]);

    /// <summary>How the weights are quantized, for example <c>gptq</c>; null when there is no <c>quantization_config</c>.</summary>
    public string? QuantizationMethod =>
        Json["quantization_config"] is JsonObject quantization ? Value<string>(quantization["quant_method"]) ?? "unknown method" : null;

    /// <summary>Whether a model, or a part of it that has a <c>..._config</c> of its own (<c>text_config</c>), is of this model's architecture.</summary>
    internal bool IsArchitectureOf(ModelConfig other) =>
        other.ModelType == ModelType
        || (ModelType is not null && other.Json.Any(entry => entry.Key.EndsWith("_config", StringComparison.Ordinal) && entry.Value is JsonObject part && Value<string>(part["model_type"]) == ModelType));

    /// <summary>Reads a config.json.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="MergeException">The file is missing, larger than 16 MB, or not a JSON object.</exception>
    public static ModelConfig Read(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return File.Exists(full)
            ? new ModelConfig(full, JsonFile.ReadObject(full, MaximumSize))
            : throw new MergeException(DiagnosticCode.ModelConfigMissing, null, full);
    }

    /// <summary>Takes the text of a config.json that is still to be written.</summary>
    /// <param name="path">Full path that the file will have.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="MergeException">The text is not a JSON object.</exception>
    internal static ModelConfig Parse(string path, string text) => new(path, JsonFile.ParseObject(path, Encoding.UTF8.GetBytes(text)));

    /// <summary>A whole number at the top level; null when absent, not a number or outside the range of int.</summary>
    /// <param name="name">The key, for example <c>num_hidden_layers</c>.</param>
    public int? GetInt(string name) => Value<int?>(Json[name]);

    private static T? Value<T>(JsonNode? node) => node is JsonValue value && value.TryGetValue<T>(out var result) ? result : default;
}
