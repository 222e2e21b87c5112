using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;

namespace MergeKit.Engine;

/// <summary>Where a user's programs keep what can be made again.</summary>
public static class UserCache
{
    /// <summary>
    /// The folder for this product: below <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, on macOS <c>~/Library/Caches</c>, on Windows the local
    /// application data.
    /// </summary>
    public static string DefaultDirectory => Path.Combine(Root(), "mergekit-build");

    /// <summary>Brings a cache back to a size, and removes what nothing needs any more.</summary>
    /// <param name="directory">The cache's folder.</param>
    /// <param name="size">Bytes of weights to keep.</param>
    /// <param name="diagnostics">Receives a warning if the cache cannot be had.</param>
    public static TrimResult Trim(string directory, long size, DiagnosticBag diagnostics)
    {
        DigestsIn(directory).Trim();
        ListingsIn(directory).Trim();
        return ShardsIn(directory, size, warning => diagnostics.AddRange([warning])).Trim();
    }

    /// <summary>The digests that are remembered below a folder.</summary>
    internal static DigestMemory DigestsIn(string directory) => new(Path.Combine(directory, "digests"));

    /// <summary>What is remembered below a folder of the files that repositories of the hub have.</summary>
    internal static HubListings ListingsIn(string directory) => new(Path.Combine(directory, "hub"));

    /// <summary>The finished weights that are kept below a folder.</summary>
    internal static ShardCache ShardsIn(string directory, long size, Action<Diagnostic> warn) => new(Path.Combine(directory, "shards"), size, warn);

    private static string Root()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } cache && Path.IsPathFullyQualified(cache) ? cache
            : Path.Combine(home, ".cache");
    }
}
