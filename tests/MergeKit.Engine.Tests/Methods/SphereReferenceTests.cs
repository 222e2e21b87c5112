using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The methods on the sphere against their formulas in float64.</summary>
public sealed class SphereReferenceTests : ReferenceTestBase
{
    private const int Count = Rows * Columns;

    private static IEnumerable<int[]> Whole => [[.. Enumerable.Range(0, Count)]];

    private static IEnumerable<int[]> AlongRows => Enumerable.Range(0, Rows).Select(row => Enumerable.Range(row * Columns, Columns).ToArray());

    private static IEnumerable<int[]> AlongColumns => Enumerable.Range(0, Columns).Select(column => Enumerable.Range(0, Rows).Select(row => row * Columns + column).ToArray());

    [Theory]
    [InlineData(DType.F32, false)]
    [InlineData(DType.F32, true)]
    [InlineData(DType.BF16, false)]
    [InlineData(DType.BF16, true)]
    public void Nuslerp_goes_along_the_arc_of_tensors_rows_or_columns(DType dtype, bool hasBase)
    {
        WriteModels(dtype);
        Add("far", Noise.Normal(9, Count));
        foreach (var (parameters, vectors) in new[] { ("nuslerp_flatten: true", Whole), ("nuslerp_flatten: false", AlongRows), ("nuslerp_flatten: false, nuslerp_row_wise: true", AlongColumns) })
        {
            MergePair("nuslerp", hasBase, parameters, ("far", 0.7), ("b", 0.6));
            AssertMatches(SphereReference.NuSlerp(Models["far"], Models["b"], 0.7, 0.6, hasBase ? Models["base"] : null, vectors));
        }
    }

    [Fact]
    public void Nuslerp_with_weights_that_cancel_out_meets_halfway()
    {
        WriteModels(DType.F32);
        MergePair("nuslerp", hasBase: true, "nuslerp_flatten: true", ("a", 0.4), ("b", -0.4));
        AssertMatches(SphereReference.NuSlerp(Models["a"], Models["b"], 0.4, -0.4, Models["base"], Whole));
    }

    [Fact]
    public void Nuslerp_of_equal_models_is_their_model()
    {
        WriteModels(DType.F32);
        Add("twin", [.. Models["a"]]);
        MergePair("nuslerp", hasBase: false, "nuslerp_flatten: false", ("a", 0.3), ("twin", 0.7));
        AssertMatches(Reference.Linear(false, Term("a", 1)));
    }

    [Theory]
    [InlineData(DType.F32, false, true)]
    [InlineData(DType.F32, true, true)]
    [InlineData(DType.F32, true, false)]
    [InlineData(DType.BF16, false, false)]
    [InlineData(DType.BF16, true, true)]
    public void Multislerp_steps_once_from_the_mean_direction(DType dtype, bool hasBase, bool normalizeWeights)
    {
        WriteModels(dtype);
        Add("far", Noise.Normal(9, Count));
        MergePair("multislerp", hasBase, $"normalize_weights: {Text(normalizeWeights)}", ("a", 0.7), ("far", 0.4), ("b", 0.3));
        AssertMatches(SphereReference.MultiSlerp([Term("a", 0.7), Term("far", 0.4), Term("b", 0.3)], hasBase ? Models["base"] : null, normalizeWeights));
    }

    [Fact]
    public void Multislerp_of_two_directions_that_cancel_out_is_linear()
    {
        WriteModels(DType.F32);
        Add("opposite", [.. Models["a"].Select(value => -2 * value)]);
        MergePair("multislerp", hasBase: false, "eps: 0.00000001", ("a", 1), ("opposite", 1));
        AssertMatches(Reference.Linear(false, Term("a", 0.5), Term("opposite", 0.5)));
    }

    [Fact]
    public void Multislerp_of_more_directions_that_cancel_out_is_an_error()
    {
        WriteModels(DType.F32);
        var (first, second) = (Length(Models["a"]), Length(Models["b"]));
        var sum = Models["a"].Zip(Models["b"], (x, y) => -(x / first + y / second));
        Add("rest", [.. sum.Select(value => (float)value)]);
        var weight = Length(Models["rest"]);
        var message = MergeErrors.Single(DiagnosticCode.TensorNotMergeable, () => MergePair("multislerp", hasBase: false, "normalize_weights: true", ("a", 1), ("b", 1), ("rest", weight)));
        Assert.Contains("cancel out", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Multislerp_with_weights_that_add_up_to_0_is_an_error_unless_they_are_not_normalized()
    {
        WriteModels(DType.F32);
        var message = MergeErrors.Single(DiagnosticCode.ParametersConflict, () => MergePair("multislerp", hasBase: true, "normalize_weights: true", ("a", 1), ("b", -1)));
        Assert.Contains("add up to zero", message, StringComparison.Ordinal);
        MergePair("multislerp", hasBase: true, "normalize_weights: false", ("a", 1), ("b", -1));
        Assert.All(Merged, value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData("multislerp", "weight: 1")]
    [InlineData("model_stock", "")]
    public void Models_that_left_a_tensor_as_it_was_leave_the_base(string method, string parameters)
    {
        WriteModels(DType.F32);
        foreach (var twin in new[] { "x", "y", "z" })
        {
            Add(twin, [.. Models["base"]]);
        }

        MergeOntoBase(method, "", ("x", parameters), ("y", parameters), ("z", parameters));
        Assert.Equal(Models["base"], Merged);
    }

    [Theory]
    [InlineData(DType.F32, 10, 1e-5)]
    [InlineData(DType.F32, 1, 1e-5)]
    [InlineData(DType.F32, 50, 1e-3)]
    [InlineData(DType.BF16, 10, 1e-5)]
    public void Karcher_is_the_mean_on_the_sphere(DType dtype, int iterations, double tol)
    {
        WriteModels(dtype);
        Add("far", Noise.Normal(9, Count));
        Add("farther", Noise.Normal(10, Count, 0.2));
        MergeKarcher($"max_iter: {iterations}, tol: {tol:R}", "a", "far", "farther");
        AssertMatches(SphereReference.Karcher([Models["a"], Models["far"], Models["farther"]], iterations, tol));
    }

    [Fact]
    public void Karcher_gives_zeros_no_direction_but_a_length()
    {
        WriteModels(DType.F32);
        Add("zero", new float[Count]);
        MergeKarcher("tol: 0.00001", "a", "zero", "b");
        AssertMatches(SphereReference.Karcher([Models["a"], Models["zero"], Models["b"]], 10, 1e-5));
        Add("zeros", new float[Count]);
        MergeKarcher("tol: 0.00001", "zero", "zeros");
        Assert.All(Merged, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Karcher_of_opposite_models_has_the_direction_of_the_first()
    {
        WriteModels(DType.F32);
        Add("opposite", [.. Models["a"].Select(value => -3 * value)]);
        MergeKarcher("tol: 0.00001", "a", "opposite");
        AssertMatches(Reference.Linear(false, Term("a", 2)));
    }

    [Theory]
    [InlineData(DType.F32, false)]
    [InlineData(DType.F32, true)]
    [InlineData(DType.BF16, false)]
    [InlineData(DType.BF16, true)]
    public void Model_stock_moves_as_far_as_task_vectors_agree(DType dtype, bool filterWise)
    {
        WriteModels(dtype);
        Add("akin", Noise.Near(11, Models["a"]));
        var vectors = filterWise ? AlongRows : Whole;
        MergeOntoBase("model_stock", $"filter_wise: {Text(filterWise)}", ("a", ""), ("akin", ""));
        AssertMatches(SphereReference.ModelStock([Models["a"], Models["akin"]], Models["base"], vectors));
        MergeOntoBase("model_stock", $"filter_wise: {Text(filterWise)}", ("a", ""), ("akin", ""), ("b", ""));
        AssertMatches(SphereReference.ModelStock([Models["a"], Models["akin"], Models["b"]], Models["base"], vectors));
    }

    [Fact]
    public void Model_stock_of_opposite_task_vectors_is_the_base()
    {
        WriteModels(DType.F32);
        Add("base", new float[Count]);
        Add("opposite", [.. Models["a"].Select(value => -value)]);
        MergeOntoBase("model_stock", "", ("a", ""), ("opposite", ""));
        Assert.All(Merged, value => Assert.Equal(0, value));
    }

    private static double Length(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private void MergePair(string method, bool hasBase, string parameters, params (string Model, double Weight)[] models) => Merge($$"""
        merge_method: {{method}}
        {{(hasBase ? "base_model: base" : "")}}
        models: [{{string.Join(", ", models.Select(model => $"{{ model: {model.Model}, parameters: {{ weight: {model.Weight:R} }} }}"))}}]
        parameters: { {{parameters}} }
        """);

    private void MergeKarcher(string parameters, params string[] models) =>
        Merge($"merge_method: karcher\nmodels: [{string.Join(", ", models.Select(model => $"{{ model: {model} }}"))}]\nparameters: {{ {parameters} }}");
}
