using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// How a model's weights are stored in float8 with scales: <c>quantization_config</c> with <c>quant_method</c> <c>fp8</c> (DeepSeek-V3,
/// transformers' FineGrainedFP8, AutoFP8) or <c>compressed-tensors</c> in its <c>float-quantized</c> format.
/// </summary>
/// <param name="Scaling">What one scale is for.</param>
/// <param name="BlockRows">Rows of a block; of use for blocks only.</param>
/// <param name="BlockColumns">Columns of a block.</param>
/// <param name="DType">The type that the weights had, and have when they are read.</param>
internal sealed record Float8Quantization(Float8Scaling Scaling, long BlockRows, long BlockColumns, DType DType)
{
    /// <summary>Reads what a model folder's config.json says.</summary>
    /// <returns>Null if the weights are not quantized.</returns>
    /// <exception cref="MergeException">They are quantized in another way.</exception>
    public static Float8Quantization? Of(string folder) => Of(folder, folder);

    /// <summary>Reads what a config.json says, with a name for the model in messages.</summary>
    /// <returns>Null if the weights are not quantized.</returns>
    /// <exception cref="MergeException">They are quantized in another way.</exception>
    public static Float8Quantization? Of(string folder, string model)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path) || ModelConfig.Read(path) is not { QuantizationMethod: { } method } config)
        {
            return null;
        }

        return Parse((JsonObject)config.Json["quantization_config"]!, method, StatedDType(config.Json))
            ?? throw QuantizedWeights.Refusal(model, $"quantization_config in its config.json says '{DisplayText.Of(method)}'", "quantization_config");
    }

    private static Float8Quantization? Parse(JsonObject quantization, string method, DType dtype) => method switch
    {
        "fp8" when quantization["weight_block_size"] is not { } size => new(Float8Scaling.Tensor, 0, 0, dtype),
        "fp8" => Blocks(quantization["weight_block_size"], dtype),
        "compressed-tensors" when Text(quantization["format"]) is "float-quantized" or "naive-quantized" => Groups(quantization["config_groups"] as JsonObject, dtype),
        _ => null,
    };

    /// <summary>Groups of layers that are all quantized in the same way.</summary>
    private static Float8Quantization? Groups(JsonObject? groups, DType dtype)
    {
        var ways = (groups ?? []).Select(group => Group((group.Value as JsonObject)?["weights"] as JsonObject, dtype)).Distinct().ToList();
        return ways is [var way] ? way : null;
    }

    private static Float8Quantization? Group(JsonObject? weights, DType dtype) =>
        weights is null || Text(weights["type"]) != "float" || Number(weights["num_bits"]) != 8 || weights["symmetric"] is not JsonValue symmetric || !symmetric.TryGetValue<bool>(out var isSymmetric) || !isSymmetric
            ? null
            : Text(weights["strategy"]) switch
            {
                "tensor" => new(Float8Scaling.Tensor, 0, 0, dtype),
                "channel" => new(Float8Scaling.Row, 0, 0, dtype),
                "block" => Blocks(weights["block_structure"], dtype),
                _ => null,
            };

    private static Float8Quantization? Blocks(JsonNode? size, DType dtype) =>
        size is JsonArray { Count: 2 } && Number(size[0]) is > 0 and var rows && Number(size[1]) is > 0 and var columns
            ? new(Float8Scaling.Block, rows, columns, dtype)
            : null;

    /// <summary>The dtype in which the model computes; without a wider one than float8, bfloat16, which all such models were trained in.</summary>
    private static DType StatedDType(JsonObject config)
    {
        var texts = new[] { config, config["text_config"] as JsonObject }.OfType<JsonObject>().SelectMany(part => new[] { Text(part["torch_dtype"]), Text(part["dtype"]) });
        return texts.OfType<string>().Select(text => DTypes.TryParseTorch(text, out var dtype) && dtype.IsFloat() && dtype.Size() > 1 ? dtype : (DType?)null).FirstOrDefault(dtype => dtype is not null)
            ?? DType.BF16;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static long? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;
}
