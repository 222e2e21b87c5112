using System.Globalization;

namespace MergeKit.Benchmarks.Methods;

/// <summary>A row of the table of methods.</summary>
/// <param name="Merge">What was merged.</param>
/// <param name="Inputs">Files that it reads.</param>
/// <param name="Bytes">Bytes that it reads and writes, each input counted once.</param>
/// <param name="BytesPerSecond">Those in the median time.</param>
/// <param name="Ratio">Median of the runs' times over those of the floor beside them.</param>
/// <param name="Target">What the ratio is to stay within; null for none.</param>
/// <param name="PeakBytes">Peak resident memory of a process that does nothing else.</param>
/// <param name="AllocatedBytes">What that process allocated for plan and merge on the managed heap.</param>
internal sealed record MethodRow(
    string Merge, int Inputs, long Bytes, double BytesPerSecond, double Ratio, double? Target, long PeakBytes, long AllocatedBytes)
{
    /// <summary>What <see cref="PeakBytes"/> is to stay within, for any method and model.</summary>
    public const long PeakTarget = 300_000_000;

    /// <summary>The table's columns.</summary>
    public static readonly string[] Columns = ["method", "inputs", "MB read + written", "GB/s", "ratio to floor", "target", "peak MB", "MB allocated", "above target"];

    /// <summary>The cells of the row.</summary>
    public string[] Cells() =>
    [
        Merge,
        Inputs.ToString(CultureInfo.InvariantCulture),
        Number("F0", Bytes / 1e6),
        Number("F2", BytesPerSecond / 1e9),
        Number("F2", Ratio),
        Target is { } target ? Number("F1", target) : "",
        Number("F0", PeakBytes / 1e6),
        Number("F1", AllocatedBytes / 1e6),
        string.Join(", ", Misses),
    ];

    /// <summary>The targets that are missed.</summary>
    private IEnumerable<string> Misses => new[] { Ratio > Target ? "ratio" : null, PeakBytes > PeakTarget ? "peak" : null }.OfType<string>();

    private static string Number(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
