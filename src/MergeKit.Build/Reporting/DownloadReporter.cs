using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Engine.Downloads;

namespace MergeKit.Build.Reporting;

/// <summary>Turns the progress of a model's download into a line now and then.</summary>
/// <param name="name">The model.</param>
/// <param name="clock">Tells the time between lines.</param>
/// <param name="write">Prints a line.</param>
internal sealed class DownloadReporter(string name, TimeProvider clock, Action<string> write) : IDownloadObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private long lastLine = clock.GetTimestamp();
    private long lastBytes = -1;

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        // What is there of an earlier download is no speed.
        if (lastBytes < 0 || value.BytesDone < lastBytes)
            (lastLine, lastBytes) = (clock.GetTimestamp(), value.BytesDone);

        var elapsed = clock.GetElapsedTime(lastLine);
        if (elapsed < Interval)
            return;

        write(Describe(value, (value.BytesDone - lastBytes) / elapsed.TotalSeconds));
        (lastLine, lastBytes) = (clock.GetTimestamp(), value.BytesDone);
    }

    /// <inheritdoc/>
    public void Waiting(string destination) => write($"{name}: another build is downloading {Path.GetFileName(destination)}; waiting for it");

    /// <inheritdoc/>
    public void Retrying(string source, string reason, TimeSpan delay) =>
        write(string.Create(CultureInfo.InvariantCulture, $"{name}: {source}: {reason}; next try in {Math.Ceiling(delay.TotalSeconds)} s"));

    private string Describe(DownloadProgress value, double speed)
    {
        var files = string.Create(CultureInfo.InvariantCulture, $"{value.FilesDone} of {value.FilesTotal} files");
        var rate = $"{ByteSize.Format((long)speed)}/s";
        return value.BytesTotal is { } total && total > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * value.BytesDone / total}% of {ByteSize.Format(total)} ({files}), {rate}{Left(total - value.BytesDone, speed)}")
            : $"{name}: {ByteSize.Format(value.BytesDone)} ({files}), {rate}";
    }

    private static string Left(long bytes, double speed) =>
        speed > 0 ? string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Ceiling(bytes / speed)):c} left") : "";
}
