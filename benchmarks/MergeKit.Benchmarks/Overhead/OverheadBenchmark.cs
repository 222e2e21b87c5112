using System.Globalization;
using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Projects;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Overhead;

/// <summary>What dotnet build adds to a merge, beyond what a build without a merge takes.</summary>
internal static class OverheadBenchmark
{
    private const double TargetShare = 0.25;
    private const double TargetSeconds = 0.5;

    /// <summary>The build's and the one merged in this process.</summary>
    private const int Outputs = 2;

    /// <summary>Measures, prints tables and writes JSON.</summary>
    public static void Run(Options options)
    {
        options.RequireParts([]);
        var models = BenchmarkModels.Ensure(options, Outputs);
        using var work = new WorkFolder(options);
        var feed = new PackageFeed(work.Path("builds"));
        var recipe = new LayerRecipe(models, options.Method);
        var settings = ModelProject.Settings(options, models);
        var (without, with) = (new ModelProject(feed, "without", null, settings), new ModelProject(feed, "with", recipe, [.. settings, .. ModelProject.DigestsOnly]));
        var model = new EngineModel(work.Path("engine"), work.Path("digests"), () => recipe.Text, models.ShardSizeFor(options.Shards), options.Threads);
        var comparison = Measure.Alternately(
            $"dotnet build after Clean, {options.Title}",
            options.Runs,
            model.Case("merge in this process", model.Delete, []),
            without.Case("build without a merge", without.Clean),
            with.Case("build with the merge", with.Clean));
        Console.WriteLine(Table.Of(comparison));
        Console.WriteLine(Summary(comparison));
        JsonReport.Write("build-overhead", options, [comparison]);
    }

    private static string Summary(Comparison comparison)
    {
        var (engine, without, with) = (comparison.Measurements[0], comparison.Measurements[1], comparison.Measurements[2]);
        var added = Measurement.MedianOf(with.Seconds.Zip(without.Seconds, engine.Seconds).Select(run => run.First - run.Second - run.Third));
        var target = Math.Max(TargetShare * engine.Median, TargetSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"added by dotnet build: {added:F2} s, {added / engine.Median:P0} of the merge; target {target:F2} s{(added > target ? ": above target" : "")}");
    }
}
