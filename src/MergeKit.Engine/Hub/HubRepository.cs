using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>
/// A repository's folder in the cache, as Hugging Face's tools lay it out: <c>blobs/ETAG</c>, <c>snapshots/COMMIT/FILE</c> (links to blobs, or
/// files), <c>refs/BRANCH</c> (text: the commit).
/// </summary>
/// <param name="settings">Where the cache is.</param>
/// <param name="name">The repository, <c>organisation/model</c>.</param>
internal sealed class HubRepository(HubSettings settings, string name)
{
    /// <summary>What is used where no revision is named.</summary>
    public const string DefaultRevision = "main";

    private const int LongestRef = 1024;

    private string FolderName => "models--" + name.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Full path.</summary>
    public string Folder => Path.Combine(settings.CacheDirectory, FolderName);

    /// <summary>Full path of a commit's folder.</summary>
    public string SnapshotFolder(string commit) => Path.Combine(Folder, "snapshots", commit);

    /// <summary>Full path of the content with a tag.</summary>
    public string Blob(string etag) => Path.Combine(Folder, "blobs", etag);

    /// <summary>Full path of the lock that keeps a second download of that content out.</summary>
    public string Lock(string etag) => Path.Combine(settings.CacheDirectory, ".locks", FolderName, etag + ".lock");

    /// <summary>Full path of the file with the commit of a branch or tag.</summary>
    public string Ref(string revision) => Path.Combine(Folder, "refs", revision);

    /// <summary>Finds a commit, branch, tag or abbreviated commit; null if the cache does not have it.</summary>
    /// <exception cref="MergeException">Several commits begin with the abbreviated one.</exception>
    public HubSnapshot? Find(string revision)
    {
        if (!HubCommit.IsRevision(revision))
        {
            return null;
        }

        if (HubCommit.Is(revision))
        {
            return Existing(revision, null);
        }

        var file = StampedFile.Look(Ref(revision));
        return ReadRef(file.Path) is { } commit ? Existing(commit, file)
            : HubCommit.IsAbbreviated(revision) && Abbreviated(revision) is { } full ? Existing(full, null)
            : null;
    }

    private HubSnapshot? Existing(string commit, StampedFile? file) =>
        Directory.Exists(SnapshotFolder(commit)) ? new HubSnapshot(commit, SnapshotFolder(commit), file) : null;

    private static string? ReadRef(string file) =>
        new FileInfo(file) is { Exists: true, Length: <= LongestRef } && FileErrors.WhenReading(file, () => File.ReadAllText(file)).Trim() is var text && HubCommit.Is(text) ? text : null;

    private string? Abbreviated(string beginning)
    {
        var snapshots = Path.Combine(Folder, "snapshots");
        string[] matches = Directory.Exists(snapshots)
            ? [.. FileErrors.WhenReading(snapshots, () => Directory.GetDirectories(snapshots, beginning + "*")).Select(path => Path.GetFileName(path)).Where(HubCommit.Is).Order(StringComparer.Ordinal)]
            : [];
        return matches.Length <= 1
            ? matches.FirstOrDefault()
            : throw new MergeException(DiagnosticCode.HubRevisionAmbiguous, null, beginning, name, string.Join(", ", matches));
    }
}
