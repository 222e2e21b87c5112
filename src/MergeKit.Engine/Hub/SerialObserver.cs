using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>Passes on what questions that run side by side tell, one call at a time.</summary>
/// <param name="observer">Whom to tell.</param>
internal sealed class SerialObserver(IDownloadObserver observer) : IDownloadObserver
{
    private readonly Lock exclusive = new();

    /// <inheritdoc/>
    public void Report(DownloadProgress value) => Tell(() => observer.Report(value));

    /// <inheritdoc/>
    public void Waiting(string destination) => Tell(() => observer.Waiting(destination));

    /// <inheritdoc/>
    public void Retrying(string source, string reason, TimeSpan delay) => Tell(() => observer.Retrying(source, reason, delay));

    private void Tell(Action tell)
    {
        lock (exclusive)
        {
            tell();
        }
    }
}
