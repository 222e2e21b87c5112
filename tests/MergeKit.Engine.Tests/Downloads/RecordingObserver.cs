using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Remembers what downloads tell, and does what the test wants at each progress.</summary>
internal sealed class RecordingObserver(Action<DownloadProgress>? progressed = null) : IDownloadObserver
{
    public List<DownloadProgress> Progress { get; } = [];

    public List<string> Waits { get; } = [];

    public List<string> Retries { get; } = [];

    /// <summary>Is called when a download finds another at work.</summary>
    public Action? OnWaiting { get; init; }

    /// <summary>Is called when a try failed.</summary>
    public Action? OnRetrying { get; init; }

    public void Report(DownloadProgress value)
    {
        Progress.Add(value);
        progressed?.Invoke(value);
    }

    public void Waiting(string destination)
    {
        Waits.Add(destination);
        OnWaiting?.Invoke();
    }

    public void Retrying(string source, string reason, TimeSpan delay)
    {
        Retries.Add($"{source}: {reason}");
        OnRetrying?.Invoke();
    }
}
