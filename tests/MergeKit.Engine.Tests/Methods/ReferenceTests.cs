using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The methods of one or two models against their formulas in float64.</summary>
public sealed class ReferenceTests : ReferenceTestBase
{
    [Theory]
    [InlineData(DType.F32, true)]
    [InlineData(DType.F32, false)]
    [InlineData(DType.BF16, true)]
    [InlineData(DType.BF16, false)]
    public void Linear_is_the_weighted_mean_or_sum(DType dtype, bool normalize)
    {
        WriteModels(dtype);
        Merge($$"""
            merge_method: linear
            models:
              - { model: base, parameters: { weight: 0.2 } }
              - { model: a, parameters: { weight: 0.7 } }
              - { model: b, parameters: { weight: -0.4 } }
            parameters: { normalize: {{Text(normalize)}} }
            """);
        AssertMatches(Reference.Linear(normalize, Term("base", 0.2), Term("a", 0.7), Term("b", -0.4)));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Passthrough_is_the_scaled_tensor(DType dtype)
    {
        WriteModels(dtype);
        Merge("merge_method: passthrough\nmodels: [{ model: a, parameters: { scale: 0.37 } }]");
        AssertMatches(Reference.Linear(false, Term("a", 0.37)));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Slerp_goes_along_the_arc(DType dtype)
    {
        WriteModels(dtype);
        Add("far", Noise.Normal(9, Rows * Columns));
        MergeSlerp("far", 0.3);
        AssertMatches(Reference.Slerp(Models["base"], Models["far"], 0.3));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Slerp_of_nearly_parallel_vectors_is_linear(DType dtype)
    {
        WriteModels(dtype);
        Add("close", Noise.Near(9, Models["base"], 1e-3));
        MergeSlerp("close", 0.3);
        AssertMatches(Reference.Linear(false, Term("base", 0.7), Term("close", 0.3)));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Slerp_takes_zeros_as_a_right_angle(DType dtype)
    {
        WriteModels(dtype);
        Add("zero", new float[Rows * Columns]);
        MergeSlerp("zero", 0.25);
        AssertMatches(Reference.Linear(false, Term("base", Math.Sin(0.75 * Math.PI / 2))));
    }

    private void MergeSlerp(string other, double t) =>
        Merge($"merge_method: slerp\nbase_model: base\nmodels: [{{ model: base }}, {{ model: {other} }}]\nparameters: {{ t: {t:R} }}");
}
