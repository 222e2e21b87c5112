using System.Globalization;
using System.Text;
using MergeKit.Benchmarks.Measuring;

namespace MergeKit.Benchmarks.Reporting;

/// <summary>Comparisons as tables that read well in a terminal and in Markdown.</summary>
internal static class Table
{
    private static readonly string[] Columns = ["case", "ratio", "median s", "min", "max", "CPU s", "tensors computed", "MB written"];

    /// <summary>A comparison as a table.</summary>
    public static string Of(Comparison comparison) =>
        Of(comparison.Title, Columns, comparison.Measurements.Select(measurement => Row(comparison, measurement)));

    /// <summary>A table; all columns but the first hold numbers.</summary>
    public static string Of(string title, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var lines = rows.Prepend(columns).ToList();
        var widths = columns.Select((_, column) => lines.Max(line => line[column].Length)).ToList();
        lines.Insert(1, [.. widths.Select((width, column) => new string('-', width - (column == 0 ? 0 : 1)) + (column == 0 ? "" : ":"))]);
        var text = new StringBuilder($"\n{title}\n\n");
        foreach (var line in lines)
        {
            text.Append("| ").AppendJoin(" | ", line.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>A time in seconds.</summary>
    public static string Seconds(double seconds) => seconds.ToString("F2", CultureInfo.InvariantCulture);

    private static string[] Row(Comparison comparison, Measurement measurement) =>
    [
        measurement.Name,
        comparison.RatioOf(measurement).ToString("F2", CultureInfo.InvariantCulture),
        Seconds(measurement.Median),
        Seconds(measurement.Minimum),
        Seconds(measurement.Maximum),
        measurement.ProcessorSeconds.Count > 0 ? Seconds(Measurement.MedianOf(measurement.ProcessorSeconds)) : "",
        measurement.Work.TensorsComputed.ToString(CultureInfo.InvariantCulture),
        (measurement.Work.BytesWritten / 1e6).ToString("F1", CultureInfo.InvariantCulture),
    ];
}
