using System.Collections.Concurrent;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>A clock on which delays end at once. Stalls never come, unless the test lets them.</summary>
internal sealed class SkippingTime(TimeSpan stall) : TimeProvider
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentQueue<TimeSpan> delays = new();

    /// <summary>Whether nothing comes any more: timers that guard a connection end too.</summary>
    public volatile bool IsStalled;

    /// <summary>What was waited, in order.</summary>
    public IReadOnlyList<TimeSpan> Delays => [.. delays];

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SkippingTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SkippingTimer(SkippingTime time, Action callback) : ITimer
    {
        private volatile bool isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isGuard = dueTime == time.StallTime;
            if (dueTime != Timeout.InfiniteTimeSpan && (!isGuard || time.IsStalled))
            {
                if (!isGuard)
                {
                    time.delays.Enqueue(dueTime);
                }

                ThreadPool.QueueUserWorkItem(_ =>
                {
                    if (!isDisposed)
                    {
                        callback();
                    }
                });
            }

            return true;
        }

        public void Dispose() => isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private TimeSpan StallTime { get; } = stall;
}
