using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Merges in this process: full ones, rebuilds, what the cache serves, and the least that reading and writing takes.</summary>
internal static class EngineMerges
{
    /// <summary>Measures, and prints where the time goes.</summary>
    public static Comparison Run(string folder, Options options, BenchmarkModels models)
    {
        var (recipe, shardSize) = (new LayerRecipe(models, options.Method), models.ShardSizeFor(options.Shards));
        EngineModel Model(string name, string cache, Func<string> recipe) =>
            new(Path.Combine(folder, name), Path.Combine(folder, cache), recipe, shardSize, options.Threads);
        var model = Model("computed", "digests", () => recipe.Text);
        var copy = Model("copied", "digests", () => $"merge_method: passthrough\nmodels: [{{ model: {models.PathOf("math")} }}]");
        var other = new LayerRecipe(models, options.Method);
        var cached = Model("cached", "cache", () => other.Text) with { KeepsWeights = true };
        var phases = new Dictionary<string, List<PhaseTimes>>();

        Case Merge(string name, EngineModel model, Action prepare) => model.Case(name, prepare, phases[name] = []);

        var comparison = Measure.Alternately(
            $"{options.Title} in this process",
            options.Runs,
            Merge("full merge", model, model.Delete),
            Merge("nothing changed", model, () => { }),
            Merge($"weight of 1 of {BenchmarkModels.Layers} layers changed", model, recipe.Change),
            Merge("clean, served by the cache", cached, cached.Delete),
            model.Floor(Path.Combine(folder, "floor")).Case("floor of the full merge"),
            copy.Floor(Path.Combine(folder, "floor")).Case("floor of a copy of the model"));
        Console.WriteLine(PhaseTimes.Table(phases));
        return comparison;
    }
}
