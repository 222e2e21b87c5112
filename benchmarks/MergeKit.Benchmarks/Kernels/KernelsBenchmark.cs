using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MergeKit.Benchmarks.Reporting;
using Perfolizer.Horology;

namespace MergeKit.Benchmarks.Kernels;

/// <summary>Bytes per second of the engine's vector code, against a memory copy of as many bytes.</summary>
internal static class KernelsBenchmark
{
    private const int Iterations = 5;
    private const int IterationMilliseconds = 40;

    /// <summary>Measures, prints a table and writes JSON.</summary>
    public static void Run(Options options)
    {
        options.RequireParts([.. KernelList.All.Select(kernel => kernel.Name)]);
        using var work = new WorkFolder(options);
        Console.WriteLine($"{KernelList.All.Count(Wanted)} kernels on buffers of two sizes");
        var summary = BenchmarkRunner.Run<KernelBenchmark>(Config(work.Root, name => Wanted(KernelList.All.Single(kernel => kernel.Name == name))));
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => report.ResultStatistics is null))
        {
            throw new InvalidOperationException($"Kernels could not be measured. {string.Join(' ', summary.ValidationErrors.Select(error => error.Message))}");
        }

        var rows = summary.Reports.Select(Row).ToList();
        var sizes = rows.Select(row => row.BufferBytes).Distinct().Order().ToList();
        Console.WriteLine(Table.Of(
            "GB read and written per second by one thread, and that over a memory copy's",
            ["kernel", .. sizes.SelectMany(size => new[] { size < 1 << 20 ? $"{size >> 10} KiB" : $"{size >> 20} MiB", "to copy" })],
            KernelList.All.Where(Wanted).Select(kernel => (string[])[kernel.Name, .. sizes.SelectMany(size => Cells(rows, kernel.Name, size))])));
        JsonReport.Write("kernels", options, [], rows);

        bool Wanted(Kernel kernel) => kernel == KernelList.Copy || options.Wants(kernel.Name);
    }

    /// <summary>In this process, because a project that BenchmarkDotNet generates would be built by the rules of this repository.</summary>
    private static ManualConfig Config(string folder, Predicate<string> isWanted) => ManualConfig.CreateEmpty()
        .AddJob(Job.ShortRun
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds))
            .WithIterationCount(Iterations)
            .WithEvaluateOverhead(false))
        .AddLogger(NullLogger.Instance)
        .AddFilter(new SimpleFilter(one => isWanted((string)one.Parameters[nameof(KernelBenchmark.Kernel)])))
        .WithArtifactsPath(folder)
        .WithOptions(ConfigOptions.DisableLogFile);

    private static KernelRow Row(BenchmarkReport report)
    {
        var kernel = KernelList.All.Single(one => one.Name == (string)report.BenchmarkCase.Parameters[nameof(KernelBenchmark.Kernel)]);
        var bytes = (int)report.BenchmarkCase.Parameters[nameof(KernelBenchmark.Bytes)];
        var moved = bytes / kernel.Bytes / KernelBuffers.Row * KernelBuffers.Row * (long)kernel.Bytes;
        return new KernelRow(kernel.Name, bytes, moved / (report.ResultStatistics!.Median * 1e-9));
    }

    private static string[] Cells(List<KernelRow> rows, string kernel, int size)
    {
        double Rate(string name) => rows.Single(row => row.Kernel == name && row.BufferBytes == size).BytesPerSecond;
        var (rate, copy) = (Rate(kernel), Rate(KernelList.Copy.Name));
        return [(rate / 1e9).ToString("F1", CultureInfo.InvariantCulture), (rate / copy).ToString("F2", CultureInfo.InvariantCulture)];
    }
}
