using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Hub;

/// <summary>A commit of a repository in the cache.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Ref">The file in which the cache keeps the commit of a branch or tag; null if the commit itself was named.</param>
internal sealed record HubSnapshot(string Commit, string Folder, StampedFile? Ref)
{
    /// <summary>Names of the files at its root; links that lead nowhere are no files.</summary>
    public IReadOnlyList<string> FileNames() =>
        [.. Directory.EnumerateFiles(Folder).Where(SnapshotFile.Exists).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
