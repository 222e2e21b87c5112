namespace MergeKit.Build.Tests.Reporting;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class ManualClock : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => now += time.Ticks;

    public override long GetTimestamp() => now;
}
