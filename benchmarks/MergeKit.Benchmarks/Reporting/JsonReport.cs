using System.Runtime.InteropServices;
using System.Text.Json;
using MergeKit.Benchmarks.Measuring;

namespace MergeKit.Benchmarks.Reporting;

/// <summary>Comparisons as JSON, with every run; says nothing that identifies the machine.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Writes the file and says where it is.</summary>
    /// <param name="path">The file; replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="comparisons">What was measured.</param>
    public static void Write(string path, Options options, IEnumerable<Comparison> comparisons)
    {
        var report = new
        {
            RuntimeInformation.FrameworkDescription,
            ProcessArchitecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            options.Gigabytes,
            options.Method,
            options.Shards,
            options.Threads,
            Comparisons = comparisons.Select(comparison => new
            {
                comparison.Title,
                Cases = comparison.Measurements.Select(measurement => new
                {
                    measurement.Name,
                    Ratio = comparison.RatioOf(measurement),
                    measurement.Median,
                    measurement.Minimum,
                    measurement.Maximum,
                    measurement.Seconds,
                    measurement.ProcessorSeconds,
                    measurement.Work.TensorsComputed,
                    measurement.Work.BytesWritten,
                }),
            }),
        };
        File.WriteAllText(path, JsonSerializer.Serialize(report, Format));
        Console.WriteLine($"\nall runs: {path}");
    }
}
