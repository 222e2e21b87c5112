using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>Every method against its formula in float64.</summary>
public sealed class ReferenceTests : IDisposable
{
    private const string Tensor = "w.weight";
    private const int Rows = 123;
    private const int Columns = 211;
    private readonly MergeWorkspace workspace = new();
    private readonly Dictionary<string, float[]> models = [];
    private DType stored;

    public static TheoryData<DType> DTypes => [DType.F32, DType.BF16];

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
            parameters: { normalize: {{(normalize ? "true" : "false")}} }
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
        AssertMatches(Reference.Slerp(models["base"], models["far"], 0.3));
    }

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Slerp_of_nearly_parallel_vectors_is_linear(DType dtype)
    {
        WriteModels(dtype);
        Add("close", Noise.Near(9, models["base"], 1e-3));
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

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Task_arithmetic_adds_weighted_task_vectors(DType dtype)
    {
        WriteModels(dtype);
        MergeTaskVectors("task_arithmetic", "weight: 0.7", "weight: -0.3", "lambda: 1.3");
        AssertMatches(Reference.TaskVectors(models["base"], [Term("a", 0.7), Term("b", -0.3)], consensus: false, normalize: false, lambda: 1.3));
        MergeTaskVectors("task_arithmetic", "weight: 0.7", "weight: 0.6", "normalize: true");
        AssertMatches(Reference.TaskVectors(models["base"], [Term("a", 0.7), Term("b", 0.6)], consensus: false, normalize: true));
    }

    [Theory]
    [InlineData(DType.F32, true, false)]
    [InlineData(DType.F32, false, true)]
    [InlineData(DType.BF16, true, false)]
    [InlineData(DType.BF16, false, true)]
    public void Ties_trims_votes_and_averages(DType dtype, bool normalize, bool rescale)
    {
        WriteModels(dtype);
        MergeTaskVectors("ties", "weight: 0.7, density: 0.3", "weight: 0.6, density: 0.55", $"lambda: 0.9, {Flags(normalize, rescale)}");
        AssertMatches(Reference.TaskVectors(models["base"], [Term("a", 0.7, 0.3), Term("b", 0.6, 0.55)], consensus: true, normalize, rescale, 0.9));
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
        MergeTaskVectors(method, "weight: 0.7, density: 0.4", "weight: 0.6, density: 0.55", $"lambda: 0.9, {Flags(normalize, rescale)}");
        var merged = workspace.Floats(Tensor);
        var terms = new[] { Term("a", 0.7) with { Kept = DrawnMask("a", 0.4) }, Term("b", 0.6) with { Kept = DrawnMask("b", 0.55) } };
        AssertMatches(Reference.TaskVectors(models["base"], terms, method == "dare_ties", normalize, rescale, 0.9), merged);
    }

    public void Dispose() => workspace.Dispose();

    private static string Flags(bool normalize, bool rescale) => $"normalize: {(normalize ? "true" : "false")}, rescale: {(rescale ? "true" : "false")}";

    private void WriteModels(DType dtype)
    {
        stored = dtype;
        Add("base", Noise.Normal(1, Rows * Columns));
        Add("a", Noise.Near(2, models["base"]));
        Add("b", Noise.Near(3, models["base"]));
    }

    private void Add(string name, float[] values)
    {
        FloatCodec.Round(stored, values);
        models[name] = values;
        workspace.Model(name, new SafetensorsBuilder().Add(Tensor, stored, [Rows, Columns], values));
    }

    private ReferenceTerm Term(string model, double weight, double density = 1) => new(models[model], weight, density);

    private void Merge(string recipe) => workspace.Merge(recipe);

    private void MergeSlerp(string other, double t) =>
        Merge($"merge_method: slerp\nbase_model: base\nmodels: [{{ model: base }}, {{ model: {other} }}]\nparameters: {{ t: {t:R} }}");

    private void MergeTaskVectors(string method, string a, string b, string parameters) => Merge($$"""
        merge_method: {{method}}
        base_model: base
        models:
          - { model: a, parameters: { {{a}} } }
          - { model: b, parameters: { {{b}} } }
        parameters: { {{parameters}} }
        """);

    /// <summary>The elements that DARE keeps of a model: merged alone, onto zeros, it shows them.</summary>
    private bool[] DrawnMask(string model, double density)
    {
        Add("zeros", new float[Rows * Columns]);
        Merge($"merge_method: dare_linear\nbase_model: zeros\nmodels: [{{ model: {model}, parameters: {{ weight: 1, density: {density:R} }} }}]\nparameters: {{ rescale: false }}");
        return [.. workspace.Floats(Tensor).Select(value => value != 0)];
    }

    private void AssertMatches(ReferenceElement[] expected) => AssertMatches(expected, workspace.Floats(Tensor));

    private void AssertMatches(ReferenceElement[] expected, float[] merged)
    {
        if (stored == DType.F32)
        {
            ReferenceComparison.AssertClose(expected, merged);
        }
        else
        {
            ReferenceComparison.AssertCorrectlyRounded(expected, merged);
        }
    }
}
