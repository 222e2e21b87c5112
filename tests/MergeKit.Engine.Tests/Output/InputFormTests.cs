using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Inputs that do not line up, merged for real.</summary>
public sealed class InputFormTests : IDisposable
{
    private const int Count = 50;
    private static readonly float[] Bias = Noise.Normal(9, Count);
    private readonly MergeWorkspace workspace = new();

    public InputFormTests()
    {
        WriteModel("base", 1);
        WriteModel("a", 2);
        WriteModel("b", 3);
    }

    [Theory]
    [InlineData("ties", "density: 0.5")]
    [InlineData("nuslerp", "")]
    [InlineData("model_stock", "")]
    [InlineData("sce", "")]
    public void A_base_among_the_models_is_the_base_all_the_same(string method, string parameters)
    {
        var weight = method is "model_stock" or "sce" ? "" : "weight: 1, ";
        string Recipe(string models) => $"merge_method: {method}\nbase_model: base\nmodels: {models}\nparameters: {{ {weight}{parameters} }}";
        workspace.Merge(Recipe("[{model: a}, {model: b}]"));
        var expected = workspace.Floats("w.weight");
        foreach (var models in new[] { "[{model: base}, {model: a}, {model: b}]", "[{model: a}, {model: base}, {model: b}]" })
        {
            workspace.Merge(Recipe(models));
            Assert.Equal(expected, workspace.Floats("w.weight"));
        }
    }

    [Fact]
    public void A_bias_that_the_base_lacks_is_zero_there()
    {
        WriteModel("b", 3, weights => weights.Add("w.bias", DType.F32, [Count], Bias));
        workspace.Merge("merge_method: task_arithmetic\nbase_model: base\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 0.5}");
        Assert.Equal(Bias.Select(value => 0.5f * value), workspace.Floats("w.bias"));
    }

    [Fact]
    public void A_bias_that_only_the_base_has_stays()
    {
        WriteModel("base", 1, weights => weights.Add("w.bias", DType.F32, [Count], Bias));
        foreach (var (method, parameters) in new[] { ("ties", "weight: 1"), ("model_stock", "filter_wise: true"), ("ram", "epsilon: 0"), ("multislerp", "weight: 1") })
        {
            workspace.Merge($"merge_method: {method}\nbase_model: base\nmodels: [{{model: a}}, {{model: b}}]\nparameters: {{{parameters}}}");
            Assert.Equal(Bias, workspace.Floats("w.bias"));
        }
    }

    [Fact]
    public void A_bias_that_too_few_models_have_is_copied()
    {
        WriteModel("b", 3, weights => weights.Add("w.bias", DType.F32, [Count], Bias));
        workspace.Merge("merge_method: karcher\nmodels: [{model: a}, {model: b}]");
        Assert.Equal(Bias, workspace.Floats("w.bias"));
        workspace.Merge("merge_method: linear\nmodels: [{model: a}, {model: b}]\nparameters: {weight: 3}");
        Assert.Equal(Bias, workspace.Floats("w.bias"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Integers_come_from_the_base_and_a_warning_says_where_others_differ(bool differ)
    {
        WriteModel("a", 2, weights => weights.Add("steps", DType.I64, [1], BitConverter.GetBytes(differ ? 8L : 7L)));
        WriteModel("base", 1, weights => weights.Add("steps", DType.I64, [1], BitConverter.GetBytes(7L)));
        var result = workspace.Merge("merge_method: ties\nbase_model: base\nmodels: [{model: a}]\nparameters: {weight: 1}");
        Assert.Equal(differ ? [DiagnosticCode.IntegerTensorsDiffer] : Array.Empty<DiagnosticCode>(), result.Warnings.Select(warning => warning.Code));
        using var merged = Checkpoint.Open(workspace.Output);
        Assert.Equal(BitConverter.GetBytes(7L), MergedTensors.Bytes(merged.Tensors["steps"]));
    }

    public void Dispose() => workspace.Dispose();

    private void WriteModel(string name, int seed, Func<SafetensorsBuilder, SafetensorsBuilder>? add = null)
    {
        var weights = new SafetensorsBuilder().Add("w.weight", DType.F32, [5, 10], Noise.Normal(seed, Count));
        workspace.Model(name, add is null ? weights : add(weights));
    }
}
