using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Reporting;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Builds and merges in which nothing or little changed, against full ones.</summary>
internal static class IncrementalBenchmark
{
    /// <summary>Measures, prints tables and writes JSON.</summary>
    public static void Run(Options options)
    {
        var models = BenchmarkModels.Ensure(options);
        var work = Path.Combine(options.Folder, $"work-{Environment.ProcessId}");
        try
        {
            var comparisons = new List<Comparison>();
            if (options.Wants("no-op") || options.Wants("builds"))
            {
                comparisons.AddRange(ProjectBuilds.Run(Path.Combine(work, "builds"), options, models));
            }

            if (options.Wants("engine"))
            {
                comparisons.Add(EngineMerges.Run(Path.Combine(work, "engine"), options, models));
            }

            comparisons.ForEach(comparison => Console.WriteLine(Table.Of(comparison)));
            JsonReport.Write(Path.Combine(options.Folder, "incremental.json"), options, comparisons);
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }
    }
}
