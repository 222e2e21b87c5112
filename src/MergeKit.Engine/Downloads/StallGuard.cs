namespace MergeKit.Engine.Downloads;

/// <summary>Gives up a connection on which nothing comes.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly TimeSpan limit;
    private readonly CancellationTokenSource stalled;
    private readonly CancellationTokenSource either;

    /// <summary>Begins to count.</summary>
    public StallGuard(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        this.limit = limit;
        stalled = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stalled.Token);
    }

    /// <summary>Cancelled when the time is over, or by the caller.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Counts anew: something came.</summary>
    public void Restart() => stalled.CancelAfter(limit);

    /// <summary>Waits for something to come.</summary>
    /// <exception cref="TransientFailure">Nothing came in time.</exception>
    public async Task<T> WaitFor<T>(Task<T> something)
    {
        try
        {
            return await something;
        }
        catch (OperationCanceledException) when (stalled.IsCancellationRequested)
        {
            throw new TransientFailure($"nothing came for {limit.TotalSeconds:0} seconds");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        either.Dispose();
        stalled.Dispose();
    }
}
