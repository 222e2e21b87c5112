using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>The task arithmetic family against its formula in float64.</summary>
public sealed class TaskVectorReferenceTests : ReferenceTestBase
{
    [Theory]
    [MemberData(nameof(DTypes))]
    public void Task_arithmetic_adds_weighted_task_vectors(DType dtype)
    {
        WriteModels(dtype);
        MergeOntoBase("task_arithmetic", "lambda: 1.3", ("a", "weight: 0.7"), ("b", "weight: -0.3"));
        AssertMatches(Reference.TaskVectors(Models["base"], [Term("a", 0.7), Term("b", -0.3)], consensus: false, normalize: false, lambda: 1.3));
        MergeOntoBase("task_arithmetic", "normalize: true", ("a", "weight: 0.7"), ("b", "weight: 0.6"));
        AssertMatches(Reference.TaskVectors(Models["base"], [Term("a", 0.7), Term("b", 0.6)], consensus: false, normalize: true));
    }

    [Theory]
    [InlineData(DType.F32, true, false)]
    [InlineData(DType.F32, false, true)]
    [InlineData(DType.BF16, true, false)]
    [InlineData(DType.BF16, false, true)]
    public void Ties_trims_votes_and_averages(DType dtype, bool normalize, bool rescale)
    {
        WriteModels(dtype);
        MergeOntoBase("ties", $"lambda: 0.9, {Flags(normalize, rescale)}", ("a", "weight: 0.7, density: 0.3"), ("b", "weight: 0.6, density: 0.55"));
        AssertMatches(Reference.TaskVectors(Models["base"], [Term("a", 0.7, 0.3), Term("b", 0.6, 0.55)], consensus: true, normalize, rescale, 0.9));
    }

    [Theory]
    [InlineData("dare_linear", DType.F32, true, false)]
    [InlineData("dare_linear", DType.F32, false, true)]
    [InlineData("dare_linear", DType.BF16, false, true)]
    [InlineData("dare_ties", DType.F32, true, true)]
    [InlineData("dare_ties", DType.F32, false, false)]
    [InlineData("dare_ties", DType.BF16, false, true)]
    public void Dare_drops_and_combines(string method, DType dtype, bool normalize, bool rescale)
    {
        WriteModels(dtype);
        MergeOntoBase(method, $"lambda: 0.9, {Flags(normalize, rescale)}", ("a", "weight: 0.7, density: 0.4"), ("b", "weight: 0.6, density: 0.55"));
        var merged = Merged;
        var terms = new[] { Term("a", 0.7) with { Kept = DrawnMask(method, "a", "density: 0.4") }, Term("b", 0.6) with { Kept = DrawnMask(method, "b", "density: 0.55") } };
        AssertMatches(Reference.TaskVectors(Models["base"], terms, method == "dare_ties", normalize, rescale, 0.9), merged);
    }

    [Theory]
    [InlineData("della_linear", DType.F32, true, false)]
    [InlineData("della_linear", DType.BF16, false, true)]
    [InlineData("della", DType.F32, false, true)]
    [InlineData("della", DType.BF16, true, true)]
    public void Della_drops_and_combines(string method, DType dtype, bool normalize, bool rescale)
    {
        WriteModels(dtype);
        const string A = "density: 0.4, epsilon: 0.3";
        const string B = "density: 0.55, epsilon: -0.1";
        MergeOntoBase(method, $"lambda: 0.9, {Flags(normalize, rescale)}", ("a", $"weight: 0.7, {A}"), ("b", $"weight: 0.6, {B}"));
        var merged = Merged;
        var terms = new[] { Term("a", 0.7) with { Kept = DrawnMask(method, "a", A) }, Term("b", 0.6) with { Kept = DrawnMask(method, "b", B) } };
        AssertMatches(Reference.TaskVectors(Models["base"], terms, method == "della", normalize, rescale, 0.9), merged);
    }

    [Theory]
    [InlineData("della_linear")]
    [InlineData("della")]
    public void Della_of_density_0_leaves_the_base_and_of_density_1_drops_nothing(string method)
    {
        WriteModels(DType.BF16);
        MergeOntoBase(method, "normalize: false", ("a", "weight: 0.7, density: 0"), ("b", "weight: 0.6, density: 1"));
        AssertMatches(Reference.TaskVectors(Models["base"], [Term("b", 0.6)], consensus: false, normalize: false));
    }

    [Theory]
    [InlineData(DType.F32, 0.6, 0.05, true)]
    [InlineData(DType.F32, 0.9, 0.01, false)]
    [InlineData(DType.F32, 0.9, 0.5, false)]
    [InlineData(DType.F32, 0.3, 0, true)]
    [InlineData(DType.F32, 1, 0.2, false)]
    [InlineData(DType.F32, 0.3, 1, false)]
    [InlineData(DType.F32, 0, 0.1, false)]
    [InlineData(DType.F32, 1e-6, 0, true)]
    [InlineData(DType.BF16, 0.6, 0.05, true)]
    [InlineData(DType.BF16, 0.9, 0.5, true)]
    [InlineData(DType.BF16, 0.3, 0, false)]
    public void Breadcrumbs_keeps_what_is_neither_outlier_nor_noise(DType dtype, double density, double gamma, bool rescale)
    {
        WriteModels(dtype);
        foreach (var (method, consensus) in new[] { ("breadcrumbs", false), ("breadcrumbs_ties", true) })
        {
            var parameters = $"density: {density:R}, gamma: {gamma:R}";
            MergeOntoBase(method, $"lambda: 0.9, {Flags(consensus, rescale)}", ("a", $"weight: 0.7, {parameters}"), ("b", $"weight: 0.6, {parameters}"));
            var terms = new[] { Term("a", 0.7, density) with { Gamma = gamma }, Term("b", 0.6, density) with { Gamma = gamma } };
            AssertMatches(Reference.TaskVectors(Models["base"], terms, consensus, consensus, rescale, 0.9));
        }
    }

    private static string Flags(bool normalize, bool rescale) => $"normalize: {Text(normalize)}, rescale: {Text(rescale)}";

    /// <summary>The elements that a random method keeps of a model: merged alone, it shows them, but for those it never changed.</summary>
    private bool[] DrawnMask(string method, string model, string parameters)
    {
        MergeOntoBase(method, "rescale: false, normalize: false", (model, $"weight: 1, {parameters}"));
        return [.. Merged.Zip(Models["base"], (value, origin) => value != origin)];
    }
}
