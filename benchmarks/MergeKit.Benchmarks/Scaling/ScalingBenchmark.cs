using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Methods;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Scaling;

/// <summary>Merges of models of several sizes, with one thread and with several, each against its floor.</summary>
internal static class ScalingBenchmark
{
    private static readonly string[] Methods = ["linear", "ties"];

    /// <summary>Measures, prints a table and writes JSON.</summary>
    public static void Run(Options options)
    {
        options.RequireParts(Methods);
        foreach (var size in options.Sizes)
        {
            new BenchmarkModels(options with { Gigabytes = size }).RequireSpace(MethodsBenchmark.Outputs);
        }

        var comparisons = new List<Comparison>();
        var rows = options.Sizes.SelectMany(size => OfSize(options with { Gigabytes = size }, comparisons)).ToList();
        Console.WriteLine(Table.Of(
            $"models of several sizes, {options.Threads} threads; speed-ups are those over 1 thread; memory of a process with {MethodsBenchmark.MemoryThreads} threads",
            ScalingRow.Columns,
            rows.GroupBy(row => row.Method).SelectMany(group => group.Select(row => row.Cells(group.First())))));
        JsonReport.Write("scaling", options, comparisons, rows);
    }

    /// <summary>The rows of one size; deletes the models unless they were there before.</summary>
    private static List<ScalingRow> OfSize(Options options, List<Comparison> comparisons)
    {
        var models = new BenchmarkModels(options);
        var keeps = models.Exist;
        models.Ensure();
        try
        {
            return [.. Methods.Where(options.Wants).Select(method => Measured(new MethodCases(models).Of(method), options, models, comparisons))];
        }
        finally
        {
            if (!keeps)
            {
                models.Delete();
            }
        }
    }

    private static ScalingRow Measured(MethodCase one, Options options, BenchmarkModels models, List<Comparison> comparisons)
    {
        using var work = new WorkFolder(options);
        var all = new EngineModel(work.Path("merge"), work.Path("digests"), () => one.Recipe, models.ShardSizeFor(options.Shards), options.Threads);
        var single = all with { Threads = 1 };
        var comparison = Measure.Alternately(
            FormattableString.Invariant($"{one.Name}, models of {options.Gigabytes} GB"),
            options.Runs,
            all.Floor(work.Path("floor")).Case("floor"),
            all.Case("merge", all.Delete, []),
            single.Floor(work.Path("floor")).Case("floor, 1 thread"),
            single.Case("merge, 1 thread", single.Delete, []));
        comparisons.Add(comparison);
        var (floor, merge, floorOfOne, mergeOfOne) = (comparison.Measurements[0], comparison.Measurements[1], comparison.Measurements[2], comparison.Measurements[3]);
        all.Delete();
        var memory = (all with { Threads = MethodsBenchmark.MemoryThreads }).MeasureMemory();
        double bytes = models.Shape.ByteLength;
        return new ScalingRow(
            one.Name,
            models.Shape.ByteLength,
            merge.Median / bytes,
            floor.Median / bytes,
            comparison.PairedRatioOf(merge),
            comparison.PairedRatioOf(mergeOfOne, merge),
            comparison.PairedRatioOf(floorOfOne, floor),
            memory.PeakBytes);
    }
}
