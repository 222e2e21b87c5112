using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Engine;

namespace MergeKit.Build.Reporting;

/// <summary>Turns the engine's progress into a line now and then: none for a short merge, few enough for a CI log for a long one.</summary>
internal sealed class ProgressReporter(string name, TimeProvider clock, Action<string> write) : IMergeObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly long start = clock.GetTimestamp();
    private TimeSpan next = Interval;

    /// <inheritdoc/>
    public void Report(MergeProgress value)
    {
        lock (gate)
        {
            var elapsed = clock.GetElapsedTime(start);
            if (elapsed < next || value.BytesDone <= 0 || value.BytesDone >= value.BytesTotal)
                return;

            next = elapsed + Interval;
            write(Describe(value, elapsed));
        }
    }

    /// <inheritdoc/>
    public void Waiting(string outputDirectory) => write($"{name}: another build is writing {outputDirectory}; waiting for it");

    /// <inheritdoc/>
    public void Starting(MergeWork work)
    {
        var reason = work.Reason.Length > 0 ? $" ({work.Reason})" : "";
        write($"{work.Name}: {work.TensorsToCompute} of {work.TensorCount} tensors{reason}");
    }

    private string Describe(MergeProgress value, TimeSpan elapsed)
    {
        var speed = value.BytesDone / elapsed.TotalSeconds;
        var left = TimeSpan.FromSeconds(Math.Ceiling((value.BytesTotal - value.BytesDone) / speed));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {100 * value.BytesDone / value.BytesTotal}% ({value.TensorsDone} of {value.TensorsTotal} tensors), "
            + $"{ByteSize.Format(speed)}/s, {left:c} left");
    }
}
