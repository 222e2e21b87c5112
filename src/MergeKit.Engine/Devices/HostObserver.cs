namespace MergeKit.Engine.Devices;

/// <summary>Sends what a merge tells; of its progress as much as people can read.</summary>
/// <param name="channel">Where to.</param>
/// <param name="clock">The clock.</param>
internal sealed class HostObserver(HostChannel channel, TimeProvider clock) : IMergeObserver
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private (MergePhase Phase, long Time)? last;

    public void Computing(string device) => channel.Send(new HostMessage { Device = device });

    public void Waiting(string outputDirectory) => channel.Send(new HostMessage { WaitingFor = outputDirectory });

    public void Starting(MergeWork work) => channel.Send(new HostMessage { Starting = work });

    public void Report(MergeProgress value)
    {
        lock (gate)
        {
            // The first of a phase and the last are always told.
            if (last is { } report && report.Phase == value.Phase && clock.GetElapsedTime(report.Time) < Interval && value.BytesDone < value.BytesTotal)
            {
                return;
            }

            last = (value.Phase, clock.GetTimestamp());
        }

        channel.Send(new HostMessage { Progress = value });
    }
}
