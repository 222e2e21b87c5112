using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Builds and merges in which nothing or little changed, against full ones.</summary>
internal static class IncrementalBenchmark
{
    /// <summary>Measures, prints tables and writes JSON.</summary>
    public static void Run(Options options)
    {
        options.RequireParts("no-op", "builds", "engine");
        var models = BenchmarkModels.Ensure(options, Outputs(options));
        using var work = new WorkFolder(options);
        var comparisons = new List<Comparison>();
        if (options.Wants("no-op") || options.Wants("builds"))
        {
            comparisons.AddRange(ProjectBuilds.Run(work.Path("builds"), options, models));
        }

        if (options.Wants("engine"))
        {
            comparisons.Add(EngineMerges.Run(work.Path("engine"), options, models));
        }

        comparisons.ForEach(comparison => Console.WriteLine(Table.Of(comparison)));
        JsonReport.Write("incremental", options, comparisons);
    }

    /// <summary>
    /// Models on the disk at a time besides the inputs, at most: a project's; one that is rebuilt beside its former self, and a clone's with what its
    /// cache links; the same in this process, and the floor's.
    /// </summary>
    private static int Outputs(Options options) => (options.Wants("no-op") ? 1 : 0) + (options.Wants("builds") ? 3 : 0) + (options.Wants("engine") ? 4 : 0);
}
