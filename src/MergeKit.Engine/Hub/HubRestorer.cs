using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>Brings models of the Hugging Face hub that recipes name into the user's cache. What is there is taken as it is.</summary>
public sealed class HubRestorer
{
    private readonly HubSettings settings;
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly DownloadLimits limits;
    private readonly HubCache cache;

    /// <summary>Creates a restorer.</summary>
    /// <param name="settings">The hub and the cache.</param>
    public HubRestorer(HubSettings settings)
        : this(settings, Transport.Shared, TimeProvider.System, new DownloadLimits())
    {
    }

    /// <summary>Creates a restorer with a client, clock and patience of its own.</summary>
    internal HubRestorer(HubSettings settings, HttpClient http, TimeProvider time, DownloadLimits limits)
    {
        this.settings = settings;
        this.http = http;
        this.time = time;
        this.limits = limits;
        cache = new HubCache(settings);
    }

    /// <summary>Lists what a merge takes from the hub and the cache does not have; asks nobody.</summary>
    /// <param name="request">The merge; its <see cref="MergeRequest.Hub"/> does not matter.</param>
    /// <exception cref="MergeException">The recipe cannot be read.</exception>
    public IReadOnlyList<HubReference> FindMissing(MergeRequest request) => [.. HubReferences.Of(request).Where(reference => !IsHere(reference))];

    /// <summary>Downloads what the cache does not have of a repository.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="observer">Is told of progress, waits and retries, one call at a time.</param>
    /// <param name="cancellation">Ends the download; what came is kept for the next.</param>
    /// <returns>Full path of the snapshot's folder.</returns>
    /// <exception cref="MergeException">The hub does not have or not give it, or it cannot be written; the position is the reference's.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public string Restore(HubReference reference, IDownloadObserver? observer = null, CancellationToken cancellation = default)
    {
        try
        {
            return Task.Run(() => RestoreAsync(reference, observer, cancellation), CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (MergeException exception)
        {
            throw new MergeException([.. exception.Diagnostics.Select(diagnostic => diagnostic with { Position = reference.Position })]);
        }
    }

    private async Task<string> RestoreAsync(HubReference reference, IDownloadObserver? observer, CancellationToken cancellation)
    {
        var (name, revision, content, _) = reference;
        var found = cache.Look(name, revision, content);
        if (found is { Problem: null } && (found.IsWhole || settings.IsOffline))
        {
            return found.Snapshot!.Folder;
        }

        if (settings.IsOffline)
        {
            throw cache.NotCached(name, revision, found.Problem!);
        }

        if (revision is not null && !HubCommit.IsRevision(revision))
        {
            throw new MergeException(DiagnosticCode.HubRevisionNotFound, null, name, DisplayText.Of(revision, DisplayText.Short), HubClient.ServerOf(settings));
        }

        // A branch may have moved on since; what is here of its commit is worth completing only if it is nearly everything.
        var wanted = found is { Problem: null } ? found.Snapshot!.Commit : revision;
        var serial = observer is null ? null : new SerialObserver(observer);
        var download = new SnapshotDownload(
            settings, new HubClient(settings, http, time, limits), new FileDownloader(http, time, limits), name, content, serial);
        var commit = await download.RunAsync(wanted, cancellation);
        return new HubRepository(settings, name).SnapshotFolder(commit);
    }

    /// <summary>What cannot be looked at is reported when the merge is planned.</summary>
    private bool IsHere(HubReference reference)
    {
        try
        {
            var found = cache.Look(reference.Name, reference.Revision, reference.Content);
            return found.Problem is null && (found.IsWhole || settings.IsOffline);
        }
        catch (MergeException)
        {
            return true;
        }
    }
}
