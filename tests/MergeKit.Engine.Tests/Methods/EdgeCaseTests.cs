using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>Weights that cancel out, tensors that one side lacks, roundings that a copy must not skip.</summary>
public sealed class EdgeCaseTests : IDisposable
{
    private const string Weight = "layers.0.w.weight";
    private const string Bias = "layers.0.w.bias";

    private readonly MergeWorkspace workspace = new();

    [Fact]
    public void Weights_that_cancel_out_but_for_rounding_divide_nothing()
    {
        Add("base", 0);
        Add("a", 1);
        Add("b", 1);
        Add("c", -1);
        workspace.Merge("""
            merge_method: ties
            base_model: base
            models:
              - { model: a, parameters: { weight: 0.3 } }
              - { model: b, parameters: { weight: 0.6 } }
              - { model: c, parameters: { weight: -0.9 } }
            """);
        Assert.Equal([1.8f, 1.8f], workspace.Floats(Weight));
    }

    [Fact]
    public void A_tiny_weight_alone_is_divided_by()
    {
        Add("base", 0);
        Add("a", 2);
        workspace.Merge("merge_method: ties\nbase_model: base\nmodels: [{ model: a, parameters: { weight: 1e-9 } }]");
        Assert.All(workspace.Floats(Weight), value => Assert.Equal(2, value, 1e-5f));
    }

    [Fact]
    public void A_small_weight_beside_a_large_one_is_divided_by()
    {
        Add("base", 1);
        Add("a", 1);
        Add("b", 2);
        workspace.Merge("""
            merge_method: ties
            base_model: base
            models: [{ model: a, parameters: { weight: 1 } }, { model: b, parameters: { weight: 5e-7 } }]
            """);
        Assert.All(workspace.Floats(Weight), value => Assert.Equal(2, value, 1e-5f));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("multislerp")]
    public void A_mean_with_weights_that_add_up_to_zero_is_an_error_of_the_recipe(string method)
    {
        Add("a", 1);
        Add("b", 2);
        var recipe = $$"""
            merge_method: {{method}}
            models:
              - { model: a, parameters: { weight: 0.3 } }
              - { model: b, parameters: { weight: -0.3 } }
            """;
        var error = Assert.Throws<MergeException>(() => Merger.Plan(workspace.Request(recipe)));
        Assert.Equal((DiagnosticCode.ParametersConflict, 3, 31), (error.Diagnostics[0].Code, error.Diagnostics[0].Position!.Value.Line, error.Diagnostics[0].Position!.Value.Column));
    }

    [Theory]
    [InlineData("ties", "density: 0.9, rescale: true")]
    [InlineData("della", "density: 0.5")]
    [InlineData("dare_ties", "density: 0.5")]
    public void An_infinity_that_spreads_in_rescaling_is_an_error_and_not_a_vote_lost(string method, string parameters)
    {
        workspace.Model("base", new SafetensorsBuilder().Add(Weight, DType.F32, [8, 8], new float[64]));
        var damaged = Enumerable.Repeat(1f, 64).ToArray();
        Array.Fill(damaged, float.PositiveInfinity, 0, 32);
        workspace.Model("a", new SafetensorsBuilder().Add(Weight, DType.F32, [8, 8], damaged));
        workspace.Model("b", new SafetensorsBuilder().Add(Weight, DType.F32, [8, 8], [.. Enumerable.Repeat(2f, 64)]));
        var error = Assert.Throws<MergeException>(() => workspace.Merge(
            $"merge_method: {method}\nbase_model: base\nmodels: [{{ model: a }}, {{ model: b }}]\nparameters: {{ weight: 1, {parameters} }}"));
        Assert.Contains(error.Diagnostics, diagnostic => diagnostic.Code == DiagnosticCode.NonFiniteOutput);
    }

    [Fact]
    public void Elements_on_which_all_models_agree_have_no_variance()
    {
        var origin = Noise.Normal(1, 4096);
        var tuned = Noise.Near(2, origin, 0.01);
        workspace.Model("base", new SafetensorsBuilder().Add(Weight, DType.F32, [64, 64], origin));
        foreach (var model in new[] { "a", "b", "c" })
        {
            workspace.Model(model, new SafetensorsBuilder().Add(Weight, DType.F32, [64, 64], tuned));
        }

        workspace.Merge("merge_method: sce\nbase_model: base\nmodels: [{ model: a }, { model: b }, { model: c }]\nparameters: { select_topk: 0.5 }");
        Assert.Equal(origin, workspace.Floats(Weight));
    }

    [Fact]
    public void A_large_float64_is_copied()
    {
        var bytes = new[] { 0.1, 1e300, 3 }.SelectMany(BitConverter.GetBytes).ToArray();
        workspace.Model("a", new SafetensorsBuilder().Add(Weight, DType.F64, [3], bytes));
        Assert.Empty(workspace.Merge("merge_method: passthrough\nmodels: [{ model: a }]").Warnings);
        using var merged = MergeKit.Engine.Checkpoints.Checkpoint.Open(workspace.Output);
        Assert.Equal(bytes, Conformance.MergedTensors.Bytes(merged.Tensors[Weight]));
    }

    [Theory]
    [InlineData("slerp", "t: 0.5", true, 1f)]
    [InlineData("slerp", "t: 0.5", false, 1f)]
    [InlineData("nearswap", "t: 0.5", true, 1f)]
    [InlineData("task_arithmetic", "weight: 0.5", true, 0.5f)]
    [InlineData("ties", "weight: 0.5", true, 1f)]
    [InlineData("task_arithmetic", "weight: 0.5", false, 1f)]
    public void A_bias_that_one_side_lacks_comes_from_the_other(string method, string parameters, bool baseLacksIt, float expected)
    {
        Add("base", 3, bias: baseLacksIt ? null : 1);
        Add("a", 5, bias: baseLacksIt ? 1 : null);
        workspace.Merge($"merge_method: {method}\nbase_model: base\nmodels: [{{ model: a }}]\nparameters: {{ {parameters} }}");
        Assert.Equal([expected, expected], workspace.Floats(Bias));
    }

    [Fact]
    public void Float64_is_rounded_to_the_dtype_before_it_is_copied()
    {
        workspace.Model("a", new SafetensorsBuilder().Add(Weight, DType.F64, [1], BitConverter.GetBytes(0.1)));
        workspace.Merge("merge_method: passthrough\nmodels: [{ model: a }]\ndtype: float32\nout_dtype: float64");
        using var merged = MergeKit.Engine.Checkpoints.Checkpoint.Open(workspace.Output);
        Assert.Equal((double)0.1f, BitConverter.ToDouble(Conformance.MergedTensors.Bytes(merged.Tensors[Weight])));
    }

    public void Dispose() => workspace.Dispose();

    private void Add(string model, float value, float? bias = null)
    {
        var weights = new SafetensorsBuilder().Add(Weight, DType.F32, [2], value, value);
        if (bias is { } b)
        {
            weights.Add(Bias, DType.F32, [2], b, b);
        }

        workspace.Model(model, weights);
    }
}
