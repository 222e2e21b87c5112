using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>Brings models of the Hugging Face hub that recipes name into the user's cache. What is there is taken as it is.</summary>
public sealed class HubRestorer
{
    /// <summary>Whoever is off the net should not wait for what can be done without.</summary>
    private const int RetriesForTheRest = 1;

    private readonly HubSettings settings;
    private readonly Func<HttpClient> http;
    private readonly TimeProvider time;
    private readonly DownloadLimits limits;
    private readonly HubCache cache;

    /// <summary>Creates a restorer.</summary>
    /// <param name="settings">The hub and the cache.</param>
    public HubRestorer(HubSettings settings)
        : this(settings, () => Transport.Shared, TimeProvider.System, new DownloadLimits())
    {
    }

    /// <summary>Creates a restorer with a client, clock and patience of its own.</summary>
    internal HubRestorer(HubSettings settings, HttpClient http, TimeProvider time, DownloadLimits limits)
        : this(settings, () => http, time, limits)
    {
    }

    /// <param name="settings">The hub and the cache.</param>
    /// <param name="http">Gives the client when it is first needed: every build that merges has a restorer, and few have anything to download.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limits">The patience.</param>
    private HubRestorer(HubSettings settings, Func<HttpClient> http, TimeProvider time, DownloadLimits limits)
    {
        this.settings = settings;
        this.http = http;
        this.time = time;
        this.limits = limits;
        cache = new HubCache(settings);
    }

    /// <summary>Whether the cache lacks something of a repository, or it is not known what the repository has; asks nobody.</summary>
    /// <param name="reference">The repository.</param>
    public bool IsMissing(HubReference reference)
    {
        try
        {
            return cache.Look(reference.Name, reference.Revision, reference.Content) is not { Problem: null, IsWhole: true };
        }
        catch (MergeException)
        {
            // What cannot be looked at is reported when the merge is planned.
            return false;
        }
    }

    /// <summary>Downloads what the cache does not have of a repository.</summary>
    /// <param name="reference">The repository.</param>
    /// <param name="observer">Is told of progress, waits and retries, one call at a time.</param>
    /// <param name="cancellation">Ends the download; what came is kept for the next.</param>
    /// <returns>
    /// Where it is. What the cache has enough of to be merged is no error, whatever the hub says or does not say about the rest; weights that the
    /// commit is known to have are not done without, even if the cache has others.
    /// </returns>
    /// <exception cref="MergeException">The hub does not have or not give it, or it cannot be written; the position is the reference's.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public HubRestored Restore(HubReference reference, IDownloadObserver? observer = null, CancellationToken cancellation = default)
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

    private async Task<HubRestored> RestoreAsync(HubReference reference, IDownloadObserver? observer, CancellationToken cancellation)
    {
        var (name, revision, content, _) = reference;
        var found = cache.Look(name, revision, content);
        if (found.Problem is { } problem)
        {
            return settings.IsOffline ? throw cache.NotCached(name, revision, problem)
                : revision is null || HubCommit.IsRevision(revision) ? await DownloadAsync(reference, revision, limits, observer, cancellation)
                : throw new MergeException(DiagnosticCode.HubRevisionNotFound, null, name, DisplayText.Of(revision, DisplayText.Short), HubClient.ServerOf(settings));
        }

        var (commit, folder, _) = found.Snapshot!;
        if (found.IsWhole || settings.IsOffline)
        {
            return new HubRestored(folder, found.IsWhole ? null : Incomplete(reference, "HF_HUB_OFFLINE keeps the hub from being asked."));
        }

        try
        {
            return await DownloadAsync(reference, commit, limits with { Retries = Math.Min(limits.Retries, RetriesForTheRest) }, observer, cancellation);
        }
        catch (MergeException exception) when (cache.Look(name, commit, content).Problem is null)
        {
            return new HubRestored(folder, Incomplete(reference, exception.Diagnostics[0].Message));
        }
    }

    /// <summary>Downloads what is needed of a revision. A branch may have moved on since; if nearly everything is here, its commit is named.</summary>
    private async Task<HubRestored> DownloadAsync(HubReference reference, string? revision, DownloadLimits patience, IDownloadObserver? observer, CancellationToken cancellation)
    {
        var client = new HubClient(settings, http(), time, patience);
        var serial = observer is null ? null : new SerialObserver(observer);
        var download = new SnapshotDownload(settings, client, new FileDownloader(http(), time, limits), reference.Name, reference.Content, serial);
        return new HubRestored(new HubRepository(settings, reference.Name).SnapshotFolder(await download.RunAsync(revision, cancellation)), null);
    }

    private static Diagnostic Incomplete(HubReference reference, string reason) =>
        Diagnostic.Warning(DiagnosticCode.HubModelNotChecked, reference.Position, reference, reason);
}
