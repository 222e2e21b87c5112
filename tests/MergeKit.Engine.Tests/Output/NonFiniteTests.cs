using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>NaN, infinity and overflow are found while a merge runs, and reported as the request says.</summary>
public sealed class NonFiniteTests : IDisposable
{
    private const string Tensor = "model.layers.0.w.weight";
    private const string Mean = "merge_method: linear\nmodels: [{ model: a, parameters: { weight: 0.5 } }, { model: b, parameters: { weight: 0.5 } }]\n";

    private readonly MergeWorkspace workspace = new();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_output_that_is_not_finite_is_an_error_that_keeps_the_previous_model(float value)
    {
        Write("a", DType.F32, 0);
        Write("b", DType.F32, 0);
        workspace.Merge(Mean);
        var before = FolderContent.Of(workspace.Output);
        Write("b", DType.F32, value);

        var error = Assert.Throws<MergeException>(() => workspace.Merge(Mean));

        Assert.Equal([DiagnosticCode.NonFiniteInput, DiagnosticCode.NonFiniteOutput], error.Diagnostics.Select(diagnostic => diagnostic.Code));
        Assert.Contains($"'{Tensor}' of model b", error.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.Equal(before, FolderContent.Of(workspace.Output));
    }

    [Theory]
    [InlineData("passthrough", DType.BF16)]
    [InlineData("passthrough", DType.F8E4M3)]
    [InlineData("passthrough", DType.F64)]
    public void A_copied_tensor_is_looked_at_too(string method, DType dtype)
    {
        Write("a", dtype, float.NaN);
        var error = Assert.Throws<MergeException>(() => workspace.Merge($"merge_method: {method}\nmodels: [{{ model: a }}]\n"));
        Assert.Contains(error.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.NonFiniteOutput);
    }

    [Theory]
    [InlineData("float16", 65_519.996f, true)]
    [InlineData("float16", 65_520f, false)]
    [InlineData("float8_e4m3fn", 464f, true)]
    [InlineData("float8_e4m3fn", 464.00003f, false)]
    [InlineData("float8_e5m2", 61_439.996f, true)]
    [InlineData("float8_e5m2", 61_440f, false)]
    [InlineData("bfloat16", 3.389e38f, true)]
    [InlineData("bfloat16", 3.4e38f, false)]
    public void A_value_too_large_for_the_output_is_found(string dtype, float value, bool fits)
    {
        Write("a", DType.F32, value);
        var recipe = $"merge_method: passthrough\nmodels: [{{ model: a }}]\nout_dtype: {dtype}\n";
        if (fits)
        {
            Assert.Empty(workspace.Merge(recipe).Warnings);
        }
        else
        {
            MergeErrors.Single(DiagnosticCode.NonFiniteOutput, () => workspace.Merge(recipe));
        }
    }

    [Fact]
    public void Warnings_and_silence_can_be_chosen()
    {
        Write("a", DType.F32, 0);
        Write("b", DType.F32, float.NaN);
        var request = workspace.Request(Mean);

        var warned = MergeWorkspace.Merge(request with { NonFiniteOutputs = NonFinitePolicy.Warning });
        var silent = MergeWorkspace.Merge(request with { NonFiniteInputs = NonFinitePolicy.Ignore, NonFiniteOutputs = NonFinitePolicy.Ignore });
        var strict = Assert.Throws<MergeException>(() => MergeWorkspace.Merge(request with { NonFiniteInputs = NonFinitePolicy.Error, NonFiniteOutputs = NonFinitePolicy.Ignore }));

        Assert.Equal([DiagnosticCode.NonFiniteInput, DiagnosticCode.NonFiniteOutput], warned.Warnings.Select(warning => warning.Code));
        Assert.Empty(silent.Warnings);
        Assert.Equal([DiagnosticCode.NonFiniteInput], strict.Diagnostics.Select(diagnostic => diagnostic.Code));
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.BF16)]
    [InlineData(DType.F8E4M3)]
    [InlineData(DType.F8E5M2)]
    public void The_limit_of_a_dtype_is_the_first_value_that_overflows(DType dtype)
    {
        var limit = FloatCodec.OverflowBits(dtype);
        float[] values = [BitConverter.UInt32BitsToSingle(limit - 1), BitConverter.UInt32BitsToSingle(limit)];
        FloatCodec.Round(dtype, values);
        Assert.Equal([true, false], values.Select(float.IsFinite));
    }

    public void Dispose() => workspace.Dispose();

    private void Write(string model, DType dtype, float special)
    {
        var values = Noise.Normal(5, 10_000);
        values[7_777] = special;
        workspace.Model(model, new SafetensorsBuilder().Add(Tensor, dtype, [100, 100], values));
    }
}
