using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>What dtype and out_dtype mean for inputs and outputs.</summary>
public sealed class DTypeTests : IDisposable
{
    private const string Tensor = "w.weight";
    private const int Count = 999;
    private readonly MergeWorkspace workspace = new();
    private readonly Dictionary<string, float[]> models = [];

    [Theory]
    [InlineData("", DType.F32, DType.F32)]
    [InlineData("dtype: bfloat16", DType.BF16, DType.BF16)]
    [InlineData("out_dtype: float16", DType.F32, DType.F16)]
    [InlineData("dtype: float16\nout_dtype: float32", DType.F16, DType.F32)]
    [InlineData("dtype: bfloat16\nout_dtype: float64", DType.BF16, DType.F64)]
    [InlineData("dtype: float32\nout_dtype: float8_e4m3fn", DType.F32, DType.F8E4M3)]
    [InlineData("out_dtype: float8_e5m2", DType.F32, DType.F8E5M2)]
    public void Inputs_are_rounded_to_dtype_and_the_result_to_out_dtype(string settings, DType load, DType written)
    {
        Write("a", DType.F32, 1);
        Write("b", DType.F32, 2);
        workspace.Merge($"merge_method: linear\nmodels: [{{model: a}}, {{model: b}}]\nparameters: {{weight: 1, normalize: false}}\n{settings}");
        AssertSum(load, written);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Output, "config.json")))!;
        Assert.Equal(written.TorchName(), (string?)(config["torch_dtype"] ?? config["dtype"]));
    }

    [Theory]
    [InlineData(DType.F16, DType.BF16, DType.F32)]
    [InlineData(DType.F64, DType.F16, DType.F32)]
    [InlineData(DType.F8E4M3, DType.BF16, DType.F32)]
    [InlineData(DType.F8E5M2, DType.F8E4M3, DType.F32)]
    [InlineData(DType.F8E5M2, DType.F8E5M2, DType.F8E5M2)]
    [InlineData(DType.F64, DType.F64, DType.F64)]
    public void Inputs_of_different_dtypes_make_float32_and_equal_ones_stay(DType a, DType b, DType written)
    {
        Write("a", a, 1);
        Write("b", b, 2);
        workspace.Merge("merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 1, normalize: false}");
        AssertSum(DType.F32, written);
    }

    [Fact]
    public void A_base_gives_its_dtype()
    {
        Write("base", DType.BF16, 1);
        Write("a", DType.F32, 2);
        workspace.Merge("merge_method: task_arithmetic\nbase_model: base\nmodels: [{model: a}]\nparameters: {weight: 1}");
        FloatCodec.Round(DType.BF16, models["a"]);
        Assert.Equal(DType.BF16, WrittenDType());
        Assert.Equal(models["a"], workspace.Floats(Tensor));
    }

    public void Dispose() => workspace.Dispose();

    private void Write(string model, DType dtype, int seed)
    {
        var values = Noise.Normal(seed, Count, 0.5);
        FloatCodec.Round(dtype, values);
        models[model] = values;
        workspace.Model(model, new SafetensorsBuilder().Add(Tensor, dtype, [Count], values));
    }

    private DType WrittenDType()
    {
        using var merged = Checkpoint.Open(workspace.Output);
        return merged.Tensors[Tensor].DType;
    }

    private void AssertSum(DType load, DType written)
    {
        FloatCodec.Round(load, models["a"]);
        FloatCodec.Round(load, models["b"]);
        var sum = models["a"].Zip(models["b"], (x, y) => x + y).ToArray();
        FloatCodec.Round(written, sum);
        Assert.Equal(written, WrittenDType());
        Assert.Equal(sum, workspace.Floats(Tensor));
    }
}
