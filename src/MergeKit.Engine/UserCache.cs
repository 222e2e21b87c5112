namespace MergeKit.Engine;

/// <summary>Where a user's programs keep what can be made again.</summary>
public static class UserCache
{
    /// <summary>
    /// The folder for this product: below <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>, on macOS <c>~/Library/Caches</c>, on Windows the local
    /// application data.
    /// </summary>
    public static string DefaultDirectory => Path.Combine(Root(), "mergekit-build");

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
