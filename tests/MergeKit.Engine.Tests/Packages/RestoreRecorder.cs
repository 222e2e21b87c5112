using MergeKit.Engine.Downloads;
using MergeKit.Engine.Packages;

namespace MergeKit.Engine.Tests.Packages;

/// <summary>Remembers what restores tell.</summary>
internal sealed class RestoreRecorder : IRestoreObserver
{
    public List<(int Files, long Bytes, string Location)> Starts { get; } = [];

    public List<string> Waits { get; } = [];

    /// <summary>Is called when a restore finds another at work.</summary>
    public Action? OnWaiting { get; init; }

    public void Starting(ModelInPackage model, int files, long bytes, WeightsLocation location) => Starts.Add((files, bytes, location.ToString()));

    public void Waiting(string destination)
    {
        Waits.Add(destination);
        OnWaiting?.Invoke();
    }

    public void Report(DownloadProgress value)
    {
    }

    public void Retrying(string source, string reason, TimeSpan delay)
    {
    }
}
