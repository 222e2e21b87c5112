using System.Globalization;

namespace MergeKit.Benchmarks.Scaling;

/// <summary>A row of the table of sizes: one method, models of one size.</summary>
/// <param name="Method">The merge method.</param>
/// <param name="ModelBytes">Size of the output, and of every input.</param>
/// <param name="SecondsPerByte">Median time of the merge per byte of the output.</param>
/// <param name="FloorSecondsPerByte">The same of the floor.</param>
/// <param name="Ratio">Median of the merge's times over those of the floor beside them.</param>
/// <param name="SpeedUp">Median of the merge's times with one thread over those with all of them.</param>
/// <param name="FloorSpeedUp">The same of the floor.</param>
/// <param name="PeakBytes">Peak resident memory of a process that does nothing else.</param>
internal sealed record ScalingRow(
    string Method, long ModelBytes, double SecondsPerByte, double FloorSecondsPerByte, double Ratio, double SpeedUp, double FloorSpeedUp, long PeakBytes)
{
    /// <summary>The table's columns.</summary>
    public static readonly string[] Columns =
        ["method", "GB per model", "s per GB written", "to the first", "floor s per GB", "to the first", "ratio to floor", "speed-up", "floor's speed-up", "peak MB"];

    /// <summary>The cells of the row.</summary>
    /// <param name="first">The method's row of the first size.</param>
    public string[] Cells(ScalingRow first) =>
    [
        Method,
        Number("F2", ModelBytes / 1e9),
        Number("F2", SecondsPerByte * 1e9),
        Number("F2", SecondsPerByte / first.SecondsPerByte),
        Number("F2", FloorSecondsPerByte * 1e9),
        Number("F2", FloorSecondsPerByte / first.FloorSecondsPerByte),
        Number("F2", Ratio),
        Number("F2", SpeedUp),
        Number("F2", FloorSpeedUp),
        Number("F0", PeakBytes / 1e6),
    ];

    private static string Number(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}
