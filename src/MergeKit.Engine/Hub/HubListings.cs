using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>
/// Remembers which files the commits of repositories have. Commits never change, so the hub is asked once; and what is used of a repository
/// follows from what it has, not from what other tools have brought into the cache.
/// </summary>
/// <param name="directory">The folder; created when needed.</param>
internal sealed class HubListings(string directory)
{
    private readonly TemporaryNames temporary = new(directory, TimeProvider.System);

    /// <summary>Names of a commit's files; null if they are not known.</summary>
    public IReadOnlyList<string>? Find(string name, string commit) => SealedFile.TryRead<string[]>(PathOf(name, commit));

    /// <summary>Keeps what the hub says. If it cannot be kept, the hub is asked again the next time.</summary>
    public void Remember(string name, HubModel model)
    {
        try
        {
            SealedFile.Write(PathOf(name, model.Commit), model.Files, temporary);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // Nothing that a merge could not do without.
        }
    }

    /// <summary>Deletes what interrupted writes left behind.</summary>
    public void Trim()
    {
        foreach (var file in temporary.Abandoned())
        {
            CacheFiles.TryDelete(file.Path);
        }
    }

    private string PathOf(string name, string commit) => CacheFiles.PathOf(directory, Sha256Text.Of($"{name}@{commit}"));
}
