namespace MergeKit.Benchmarks.Methods;

/// <summary>The merges of generated models, with parameters as people use them.</summary>
/// <param name="models">The models.</param>
internal sealed class MethodCases(BenchmarkModels models)
{
    private const double Copied = 1.3;
    private const double OneStatistic = 1.8;
    private const double Random = 2.0;
    private const double Selected = 3.0;
    private const double Ranked = 5.0;

    private static readonly string[] All = ["base", "math", "chat"];
    private static readonly string[] FineTunes = ["math", "chat"];

    /// <summary>All of them, by rising effort.</summary>
    public IReadOnlyList<MethodCase> List =>
    [
        Merge("passthrough", Copied, ["math"], null),
        Merge("linear", Copied, FineTunes, "weight: 0.5"),
        Merge("linear", null, FineTunes, "weight: 0.5") with { IsFirst = true },
        Merge("linear", Copied, All, "weight: 0.5"),
        WithBase("task_arithmetic", Copied, "weight: 0.5"),
        Merge("slerp", OneStatistic, ["base", "math"], null, Base, "parameters: { t: 0.4 }"),
        Merge("nuslerp", OneStatistic, FineTunes, "weight: 0.5"),
        Merge("multislerp", OneStatistic, All, "weight: 0.5"),
        Merge("karcher", OneStatistic, All, null),
        WithBase("model_stock", OneStatistic, null),
        Merge("nearswap", OneStatistic, ["base", "math"], null, Base, "parameters: { t: 0.0005 }"),
        WithBase("ram", OneStatistic, null),
        WithBase("dare_linear", Random, "weight: 0.5, density: 0.5"),
        WithBase("dare_ties", Random, "weight: 0.5, density: 0.5"),
        WithBase("ties", Selected, "weight: 0.5, density: 0.5"),
        WithBase("breadcrumbs", Selected, "weight: 0.5, density: 0.5, gamma: 0.01"),
        WithBase("breadcrumbs_ties", Selected, "weight: 0.5, density: 0.5, gamma: 0.01"),
        WithBase("sce", Selected, null, "parameters: { select_topk: 0.5 }"),
        Merge("arcee_fusion", Selected, ["base", "math"], null, Base),
        WithBase("della", Ranked, "weight: 0.5, density: 0.5, epsilon: 0.15"),
        WithBase("della_linear", Ranked, "weight: 0.5, density: 0.5, epsilon: 0.15"),
    ];

    private string Base => $"base_model: {models.PathOf("base")}";

    /// <summary>The merge of one method, the first if there are several.</summary>
    public MethodCase Of(string method) => List.First(one => one.Method == method);

    private MethodCase WithBase(string method, double target, string? perModel, params IEnumerable<string> settings) =>
        Merge(method, target, FineTunes, perModel, settings.Prepend(Base));

    private MethodCase Merge(string method, double? target, IEnumerable<string> inputs, string? perModel, params IEnumerable<string> settings)
    {
        var entries = inputs.Select(name => $"  - model: {models.PathOf(name)}{(perModel is null ? "" : $"\n    parameters: {{ {perModel} }}")}");
        return new MethodCase(method, target, string.Join('\n', [$"merge_method: {method}", .. settings, "models:", .. entries, "dtype: bfloat16", ""]));
    }
}
