using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Merges in this process: full ones, rebuilds, what the cache serves, and the least that reading and writing takes.</summary>
internal static class EngineMerges
{
    /// <summary>Measures, and prints where the time goes.</summary>
    public static Comparison Run(string folder, Options options, BenchmarkModels models)
    {
        var (recipe, shardSize, floor) = (new LayerRecipe(models, options.Method), models.ShardSizeFor(options.Shards), Path.Combine(folder, "floor"));
        EngineModel Model(string name, string cache, bool keepsWeights, LayerRecipe recipe) =>
            new(Path.Combine(folder, name), Path.Combine(folder, cache), keepsWeights, recipe, shardSize, options.Threads);
        var model = Model("computed", "digests", keepsWeights: false, recipe);
        var cached = Model("cached", "cache", keepsWeights: true, new LayerRecipe(models, options.Method));
        var phases = new Dictionary<string, List<PhaseTimes>>();
        Directory.CreateDirectory(folder);

        Case Merge(string name, EngineModel model, Action prepare) => model.Case(name, prepare, phases[name] = []);
        Case FloorOf(string name, IReadOnlyList<string> inputs) => new(name, () => { }, () => Floor.Run(inputs, floor, models.Shape.ByteLength, options.Threads));

        var comparison = Measure.Alternately(
            $"{options.Title} in this process",
            options.Runs,
            Merge("full merge", model, model.Delete),
            Merge("nothing changed", model, () => { }),
            Merge($"weight of 1 of {BenchmarkModels.Layers} layers changed", model, recipe.Change),
            Merge("clean, served by the cache", cached, cached.Delete),
            FloorOf("floor of the full merge", recipe.Inputs),
            FloorOf("floor of a copy of the model", [recipe.Inputs[0]]));
        Console.WriteLine(PhaseTable(phases));
        return comparison;
    }

    private static string PhaseTable(Dictionary<string, List<PhaseTimes>> phases) => Table.Of(
        "where the time goes, median seconds",
        ["case", "deciding", "writing", "finishing"],
        phases.Select(pair => new[] { pair.Key, Median(pair.Value, times => times.Deciding), Median(pair.Value, times => times.Writing), Median(pair.Value, times => times.Finishing) }));

    private static string Median(List<PhaseTimes> runs, Func<PhaseTimes, double> seconds) =>
        Table.Seconds(Measurement.MedianOf(runs.Skip(1).Select(seconds)));
}
