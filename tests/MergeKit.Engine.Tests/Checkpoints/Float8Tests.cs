using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

/// <summary>Float8 weights are multiplied by their scales when they are read, and a merge sees the model that was quantized.</summary>
public sealed class Float8Tests : IDisposable
{
    private const string DeepSeek = """{"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [2, 3]}""";
    private const string PerTensor = """{"quant_method": "fp8", "activation_scheme": "static"}""";

    private readonly MergeWorkspace workspace = new();

    [Theory]
    [InlineData("float32", DType.F32)]
    [InlineData("bfloat16", DType.BF16)]
    [InlineData("float16", DType.F16)]
    [InlineData("float8_e4m3fn", DType.BF16)]
    [InlineData(null, DType.BF16)]
    public void Blocks_are_scaled_and_rounded_once_to_the_dtype_of_the_model(string? stated, DType expected)
    {
        var codes = Noise.Normal(1, 5 * 7);
        var scales = Noise.Normal(2, 3 * 3);
        Write(stated, DeepSeek, new SafetensorsBuilder().Add("w.weight", DType.F8E4M3, [5, 7], codes).Add("w.weight_scale_inv", DType.F32, [3, 3], scales).Add("norm", DType.BF16, [2], 1f, 2f));
        using var checkpoint = Checkpoint.Open(workspace["m"]);

        Assert.Equal(["norm", "w.weight"], checkpoint.Tensors.Keys.Order());
        var tensor = checkpoint.Tensors["w.weight"];
        Assert.Equal((expected, new TensorShape(5, 7)), (tensor.DType, tensor.Shape));
        FloatCodec.Round(DType.F8E4M3, codes);
        var products = codes.Select((code, i) => code * scales[i / 7 / 2 * 3 + i % 7 / 3]).ToArray();
        FloatCodec.Round(expected, products);
        Assert.Equal(products, MergedTensors.Floats(tensor));
        for (var start = 0; start < 35; start++)
        {
            var piece = new byte[(35 - start) / 2 * expected.Size()];
            tensor.Read(start, piece);
            Assert.Equal(MergedTensors.Bytes(tensor).AsSpan(start * expected.Size(), piece.Length).ToArray(), piece);
        }
    }

    [Fact]
    public void Matrices_of_a_stack_have_blocks_of_their_own()
    {
        var codes = Noise.Normal(1, 2 * 3 * 4);
        float[] scales = [1, 2, 3, 4, 5, 6, 7, 8];
        Write("float32", DeepSeek, new SafetensorsBuilder().Add("e", DType.F8E5M2, [2, 3, 4], codes).Add("e_scale_inv", DType.BF16, [2, 2, 2], scales));
        using var checkpoint = Checkpoint.Open(workspace["m"]);
        FloatCodec.Round(DType.F8E5M2, codes);
        Assert.Equal(codes.Select((code, i) => code * scales[i / 12 * 4 + i / 4 % 3 / 2 * 2 + i % 4 / 3]), MergedTensors.Floats(checkpoint.Tensors["e"]));
    }

    [Theory]
    [InlineData(PerTensor, new long[] { }, "_scale_inv")]
    [InlineData(PerTensor, new long[] { 1 }, "_scale")]
    [InlineData("""{"quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": {"group_0": {"weights": {"type": "float", "num_bits": 8, "strategy": "tensor", "symmetric": true}}}}""", new long[] { 1 }, "_scale")]
    public void One_scale_for_all_is_that(string quantization, long[] shape, string suffix)
    {
        Write("float32", quantization, new SafetensorsBuilder().Add("w", DType.F8E4M3, [2, 2], 1f, 2f, 3f, 4f).Add("w" + suffix, DType.F32, shape, 0.5f).Add("x.input_scale", DType.F32, [1], 9f).Add("x.k_scale", DType.F32, [1], 9f));
        using var checkpoint = Checkpoint.Open(workspace["m"]);
        Assert.Equal([0.5f, 1f, 1.5f, 2f], MergedTensors.Floats(Assert.Single(checkpoint.Tensors).Value));
    }

    [Fact]
    public void A_scale_per_row_is_that()
    {
        const string Channels = """{"quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": {"group_0": {"weights": {"type": "float", "num_bits": 8, "strategy": "channel", "symmetric": true}}}}""";
        Write("float32", Channels, new SafetensorsBuilder().Add("w", DType.F8E4M3, [2, 2], 1f, 2f, 3f, 4f).Add("w_scale", DType.F32, [2, 1], 0.5f, 2f));
        using var checkpoint = Checkpoint.Open(workspace["m"]);
        Assert.Equal([0.5f, 1f, 6f, 8f], MergedTensors.Floats(checkpoint.Tensors["w"]));
    }

    [Theory]
    [InlineData("""{"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {"g": {"weights": {"type": "int", "num_bits": 4, "strategy": "group", "symmetric": true}}}}""", "compressed-tensors")]
    [InlineData("""{"quant_method": "compressed-tensors", "format": "float-quantized", "config_groups": {"g": {"weights": {"type": "float", "num_bits": 8, "strategy": "tensor", "symmetric": false}}}}""", "compressed-tensors")]
    [InlineData("""{"quant_method": "compressed-tensors", "format": "float-quantized"}""", "compressed-tensors")]
    [InlineData("""{"quant_method": "fp8", "weight_block_size": [0, 128]}""", "fp8")]
    [InlineData("""{"quant_method": "fp8", "weight_block_size": 128}""", "fp8")]
    [InlineData("""{"quant_method": "bitsandbytes", "load_in_8bit": true}""", "bitsandbytes")]
    public void Other_quantizations_are_refused(string quantization, string method)
    {
        Write("bfloat16", quantization, new SafetensorsBuilder().Add("w", DType.F8E4M3, [2, 2], 1f, 2f, 3f, 4f));
        Assert.Contains($"'{method}'", MergeErrors.Single(DiagnosticCode.WeightsAreQuantized, Open), StringComparison.Ordinal);
    }

    [Fact]
    public void Scales_that_do_not_fit_are_refused()
    {
        Write(null, DeepSeek, new SafetensorsBuilder().Add("w", DType.F8E4M3, [5, 7], new byte[35]).Add("w_scale_inv", DType.F32, [2, 3], new float[6]));
        Assert.Contains("expected [3, 3]", MergeErrors.Single(DiagnosticCode.Float8ScalesInvalid, Open), StringComparison.Ordinal);
        Write(null, DeepSeek, new SafetensorsBuilder().Add("w", DType.F8E4M3, [5, 7], new byte[35]));
        Assert.Contains("no scales", MergeErrors.Single(DiagnosticCode.Float8ScalesInvalid, Open), StringComparison.Ordinal);
        Write(null, null, new SafetensorsBuilder().Add("w", DType.F8E4M3, [5, 7], new byte[35]).Add("w_scale_inv", DType.F32, [1], 1f));
        Assert.Contains("no quantization_config", MergeErrors.Single(DiagnosticCode.Float8ScalesInvalid, Open), StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_is_that_of_the_model_as_converted_to_bfloat16()
    {
        var codes = Noise.Normal(3, 300 * 20);
        var scales = Noise.Normal(4, 150 * 7);
        FloatCodec.Round(DType.F8E4M3, codes);
        var converted = codes.Select((code, i) => code * scales[i / 20 / 2 * 7 + i % 20 / 3]).ToArray();
        Write("bfloat16", DeepSeek, new SafetensorsBuilder().Add("w", DType.F8E4M3, [300, 20], codes).Add("w_scale_inv", DType.F32, [150, 7], scales));
        workspace.Model("converted", new SafetensorsBuilder().Add("w", DType.BF16, [300, 20], converted));
        workspace.Model("other", new SafetensorsBuilder().Add("w", DType.BF16, [300, 20], Noise.Normal(5, 300 * 20)));

        var outputs = new[] { "m", "converted" }.Select(model =>
        {
            workspace.Merge($"{{merge_method: linear, models: [{{model: {model}, parameters: {{weight: 0.3}}}}, {{model: other, parameters: {{weight: 0.7}}}}]}}");
            using var merged = Checkpoint.Open(workspace.Output);
            Assert.Equal(DType.BF16, merged.Tensors["w"].DType);
            var config = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Output, "config.json")))!.AsObject();
            Assert.False(config.ContainsKey("quantization_config"));
            return MergedTensors.Bytes(merged.Tensors["w"]);
        }).ToList();

        Assert.Equal(outputs[0], outputs[1]);
    }

    public void Dispose() => workspace.Dispose();

    private void Open() => Checkpoint.Open(workspace["m"]).Dispose();

    private void Write(string? dtype, string? quantization, SafetensorsBuilder weights)
    {
        var config = new JsonObject { ["architectures"] = new JsonArray("ToyModel"), ["model_type"] = "toy", ["torch_dtype"] = dtype };
        if (quantization is not null)
        {
            config["quantization_config"] = JsonNode.Parse(quantization);
        }

        workspace.Model("m", weights, config.ToJsonString());
    }
}
