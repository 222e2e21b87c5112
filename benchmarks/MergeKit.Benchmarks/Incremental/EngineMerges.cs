using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Merges in this process: full ones, rebuilds, what the cache serves, and the least that reading and writing takes.</summary>
internal static class EngineMerges
{
    /// <summary>Measures, and prints where the time goes.</summary>
    public static Comparison Run(string folder, Options options, BenchmarkModels models)
    {
        var (recipe, floor) = (new LayerRecipe(models, options.Method), Path.Combine(folder, "floor"));
        var model = new EngineModel(Path.Combine(folder, "computed"), Path.Combine(folder, "digests"), keepsWeights: false, recipe, options.Threads);
        var cached = new EngineModel(
            Path.Combine(folder, "cached"), Path.Combine(folder, "cache"), keepsWeights: true, new LayerRecipe(models, options.Method), options.Threads);
        var phases = new Dictionary<string, List<PhaseTimes>>();
        Directory.CreateDirectory(folder);

        Case Merge(string name, EngineModel model, Action prepare) => model.Case(name, prepare, phases[name] = []);
        Case FloorOf(string name, IReadOnlyList<string> inputs) => new(name, () => { }, () => Floor.Run(inputs, floor, models.Shape.ByteLength, options.Threads));

        var comparison = Measure.Alternately(
            $"{options.Method} of 2 models in this process",
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
