using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The methods that choose elements by what models changed against their formulas in float64.</summary>
public sealed class FusionReferenceTests : ReferenceTestBase
{
    [Theory]
    [InlineData(DType.F32, 0.01)]
    [InlineData(DType.F32, 1e-7)]
    [InlineData(DType.F32, -0.01)]
    [InlineData(DType.F32, 100)]
    [InlineData(DType.BF16, 0.01)]
    public void Nearswap_takes_what_is_close(DType dtype, double t)
    {
        WriteModels(dtype);
        MergeOntoBase("nearswap", FormattableString.Invariant($"t: {t:F9}"), ("a", ""));
        AssertMatches(FusionReference.NearSwap(Models["base"], Models["a"], t));
    }

    [Theory]
    [InlineData(DType.F32, 1)]
    [InlineData(DType.F32, 0.5)]
    [InlineData(DType.F32, 0.013)]
    [InlineData(DType.F32, 0)]
    [InlineData(DType.BF16, 1)]
    [InlineData(DType.BF16, 0.5)]
    public void Sce_selects_weighs_and_erases(DType dtype, double topK)
    {
        WriteModels(dtype);
        Add("strong", Noise.Near(12, Models["base"], 0.03));
        MergeOntoBase("sce", $"select_topk: {topK:R}", ("a", ""), ("strong", ""));
        AssertMatches(FusionReference.Sce(Models["base"], [Models["a"], Models["strong"]], topK));
    }

    [Theory]
    [InlineData(DType.F32, 1)]
    [InlineData(DType.F32, 0.3)]
    [InlineData(DType.BF16, 1)]
    public void Sce_of_three_models_erases_minorities(DType dtype, double topK)
    {
        WriteModels(dtype);
        MergeOntoBase("sce", $"select_topk: {topK:R}, int8_mask: true", ("a", ""), ("b", ""), ("c", ""));
        AssertMatches(FusionReference.Sce(Models["base"], [Models["a"], Models["b"], Models["c"]], topK));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Sce_of_one_model_takes_it(DType dtype)
    {
        WriteModels(dtype);
        MergeOntoBase("sce", "select_topk: 1", ("a", ""));
        AssertMatches(Reference.Linear(false, Term("a", 1)));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Sce_weighs_models_that_hardly_changed_equally(DType dtype)
    {
        WriteModels(dtype);
        Add("base", new float[Rows * Columns]);
        Add("x", Noise.Normal(13, Rows * Columns, 1e-4));
        Add("y", Noise.Normal(14, Rows * Columns, 3e-4));
        MergeOntoBase("sce", "select_topk: 1", ("x", ""), ("y", ""));
        AssertMatches(FusionReference.Sce(Models["base"], [Models["x"], Models["y"]], 1));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Arcee_fusion_takes_what_matters_most(DType dtype)
    {
        WriteModels(dtype);
        Add("far", Noise.Normal(15, Rows * Columns, 0.5));
        foreach (var model in new[] { "a", "far" })
        {
            MergeOntoBase("arcee_fusion", "", (model, ""));
            AssertMatches(FusionReference.ArceeFusion(Models["base"], Models[model], Columns));
            Assert.InRange(Merged.Zip(Models["base"], (value, origin) => value != origin).Count(isTaken => isTaken), 1, Rows * Columns / 2);
        }
    }

    [Theory]
    [InlineData(DType.F32, 0.008)]
    [InlineData(DType.F32, 0)]
    [InlineData(DType.F32, 1)]
    [InlineData(DType.BF16, 0.008)]
    public void Ram_averages_only_over_models_that_changed_an_element(DType dtype, double epsilon)
    {
        WriteModels(dtype);
        MergeOntoBase("ram", $"epsilon: {epsilon:R}", ("a", ""), ("b", ""), ("c", ""));
        AssertMatches(FusionReference.Ram(Models["base"], [Models["a"], Models["b"], Models["c"]], epsilon));
    }

    [Theory]
    [InlineData(DType.F32, 0.5, 0.9, 0.012)]
    [InlineData(DType.F32, 0.3, 0.2, 0.008)]
    [InlineData(DType.F32, 0, 0.2, 0.008)]
    [InlineData(DType.F32, 0.1, 0.2, 1)]
    [InlineData(DType.BF16, 0.5, 0.9, 0.012)]
    public void Ramplus_amplifies_what_one_model_changed(DType dtype, double r, double alpha, double epsilon)
    {
        WriteModels(dtype);
        MergeOntoBase("ramplus_tl", $"r: {r:R}, alpha: {alpha:R}, epsilon: {epsilon:R}", ("a", ""), ("b", ""), ("c", ""));
        AssertMatches(FusionReference.RamPlus(Models["base"], [Models["a"], Models["b"], Models["c"]], r, alpha, epsilon));
    }

    [Fact]
    public void Ramplus_of_models_with_nothing_of_their_own_is_finite()
    {
        WriteModels(DType.F32);
        Add("twin", [.. Models["a"]]);
        MergeOntoBase("ramplus_tl", "epsilon: 0", ("a", ""), ("twin", ""));
        AssertMatches(Reference.Linear(false, Term("a", 1)));
    }
}
