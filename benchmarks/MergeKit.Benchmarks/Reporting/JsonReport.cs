using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeKit.Benchmarks.Measuring;

namespace MergeKit.Benchmarks.Reporting;

/// <summary>Comparisons as JSON, with every run; says nothing that identifies the machine.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Writes the file and says where it is.</summary>
    /// <param name="name">Name of the command, and of the file in the benchmarks' folder; replaced.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="comparisons">What was measured.</param>
    /// <param name="rows">What the command's table says; null if that follows from the comparisons alone.</param>
    public static void Write(string name, Options options, IEnumerable<Comparison> comparisons, IEnumerable<object>? rows = null)
    {
        var path = Path.Combine(options.Folder, $"{name}.json");
        var report = new
        {
            RuntimeInformation.FrameworkDescription,
            ProcessArchitecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            options.Gigabytes,
            options.Method,
            options.Shards,
            options.Threads,
            Rows = rows,
            Comparisons = comparisons.Select(comparison => new
            {
                comparison.Title,
                Cases = comparison.Measurements.Select(measurement => new
                {
                    measurement.Name,
                    Ratio = comparison.RatioOf(measurement),
                    PairedRatio = comparison.PairedRatioOf(measurement),
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
