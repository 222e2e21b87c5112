namespace MergeKit.Engine.Downloads;

/// <summary>Adds up the progress of downloads that run side by side, and passes on what they tell, one call at a time.</summary>
/// <param name="observer">Whom to tell; null for nobody.</param>
/// <param name="requests">The downloads.</param>
internal sealed class ProgressTally(IDownloadObserver? observer, IReadOnlyList<DownloadRequest> requests)
{
    private readonly Lock exclusive = new();
    private readonly long[] done = new long[requests.Count];
    private readonly long?[] totals = [.. requests.Select(request => request.Size)];
    private int filesDone;

    /// <summary>A download has so many bytes on disk, of so many if that is known.</summary>
    public void Report(int index, long bytes, long? total) => Change(() =>
    {
        done[index] = bytes;
        totals[index] ??= total;
    });

    /// <summary>A download is complete.</summary>
    public void Complete(int index, long bytes) => Change(() =>
    {
        (done[index], totals[index]) = (bytes, bytes);
        filesDone++;
    });

    /// <summary>A download waits for another of the same file.</summary>
    public void Waiting(string destination)
    {
        lock (exclusive)
        {
            observer?.Waiting(destination);
        }
    }

    /// <summary>A try of a download failed, and another follows.</summary>
    public void Retrying(Uri source, TransientFailure failure, TimeSpan delay)
    {
        lock (exclusive)
        {
            observer?.Retrying(SourceName.Of(source), failure.Message, delay);
        }
    }

    private void Change(Action change)
    {
        lock (exclusive)
        {
            change();
            // A sum with an unknown part would be unknown: Enumerable.Sum counts it as 0.
            var total = totals.Contains(null) ? null : totals.Sum();
            observer?.Report(new DownloadProgress(filesDone, requests.Count, done.Sum(), total));
        }
    }
}
