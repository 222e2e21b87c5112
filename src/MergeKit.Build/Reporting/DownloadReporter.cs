using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Packages;

namespace MergeKit.Build.Reporting;

/// <summary>Turns the progress of downloads and copies into a line after two seconds and then every ten, as <see cref="ProgressReporter"/> does for merges.</summary>
/// <param name="name">What is downloaded.</param>
/// <param name="clock">The clock.</param>
/// <param name="write">Receives the lines.</param>
internal sealed class DownloadReporter(string name, TimeProvider clock, Action<string> write) : IRestoreObserver
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private TimeSpan interval = FirstInterval;
    private long lastLine = clock.GetTimestamp();
    private long? lastBytes;

    /// <inheritdoc/>
    public void Starting(ModelInPackage model, int files, long bytes, WeightsLocation location) =>
        write($"{name}: restoring {(files == 1 ? "1 file" : $"{files} files")} with {ByteSize.Format(bytes)} of {model.Package} {model.Version} from {location}");

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        // What an earlier download left is there from the beginning, and says nothing about the speed; nor does what is downloaded anew.
        if (lastBytes is null || value.BytesDone < lastBytes)
            lastBytes = value.BytesDone;

        var elapsed = clock.GetElapsedTime(lastLine);
        if (elapsed < interval || value.BytesDone >= value.BytesTotal)
            return;

        write(Describe(value, (value.BytesDone - lastBytes.Value) / elapsed.TotalSeconds));
        (lastLine, lastBytes, interval) = (clock.GetTimestamp(), value.BytesDone, Interval);
    }

    /// <inheritdoc/>
    public void Waiting(string destination) => write($"{name}: another build is writing {destination}; waiting for it");

    /// <inheritdoc/>
    public void Retrying(string source, string reason, TimeSpan delay) =>
        write(string.Create(CultureInfo.InvariantCulture, $"{name}: {source}: {reason}; trying again in {delay.TotalSeconds:0} s"));

    private string Describe(DownloadProgress value, double speed)
    {
        if (value.BytesTotal is not { } total)
            return $"{name}: {ByteSize.Format(value.BytesDone)}, {ByteSize.Format(speed)}/s";

        var left = speed > 0 ? $", {TimeSpan.FromSeconds(Math.Ceiling((total - value.BytesDone) / speed)):c} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{name}: {100 * value.BytesDone / total}% of {ByteSize.Format(total)}, {ByteSize.Format(speed)}/s{left}");
    }
}
