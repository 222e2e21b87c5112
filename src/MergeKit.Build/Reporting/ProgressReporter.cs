using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Engine;

namespace MergeKit.Build.Reporting;

/// <summary>Turns the engine's progress into a line now and then: none for a short merge, few enough for a CI log for a long one.</summary>
/// <param name="name">The model.</param>
/// <param name="clock">The clock.</param>
/// <param name="write">Receives the lines.</param>
/// <param name="tellDevice">Receives what computes.</param>
internal sealed class ProgressReporter(string name, TimeProvider clock, Action<string> write, Action<string> tellDevice) : IMergeObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private string current = name;
    private long partStart = clock.GetTimestamp();
    private long lastLine = clock.GetTimestamp();

    /// <inheritdoc/>
    public void Report(MergeProgress value)
    {
        lock (gate)
        {
            if (clock.GetElapsedTime(lastLine) < Interval || value.BytesDone <= 0 || value.BytesDone >= value.BytesTotal)
                return;

            lastLine = clock.GetTimestamp();
            write(Describe(value, clock.GetElapsedTime(partStart)));
        }
    }

    /// <inheritdoc/>
    public void Computing(string device) => tellDevice(device);

    /// <inheritdoc/>
    public void Waiting(string outputDirectory) => write($"{current}: another build is writing {outputDirectory}; waiting for it");

    /// <inheritdoc/>
    public void Starting(MergeWork work)
    {
        lock (gate)
        {
            current = work.Name;
            partStart = lastLine = clock.GetTimestamp();
        }

        write(WorkText.Of(work));
    }

    private string Describe(MergeProgress value, TimeSpan elapsed)
    {
        var speed = value.BytesDone / elapsed.TotalSeconds;
        var left = TimeSpan.FromSeconds(Math.Ceiling((value.BytesTotal - value.BytesDone) / speed));
        var done = 100 * value.BytesDone / value.BytesTotal;
        var what = value.Phase == MergePhase.ReadingInputs ? $"{done}% of the inputs read" : $"{done}% ({value.TensorsDone} of {value.TensorsTotal} tensors)";
        return string.Create(CultureInfo.InvariantCulture, $"{current}: {what}, {ByteSize.Format(speed)}/s, {left:c} left");
    }
}
