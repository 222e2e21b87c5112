using System.Globalization;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Names for files that are still being written, in a folder of their own. The time stands in the name, because the times of a hard link are
/// those of the file it was made from.
/// </summary>
/// <param name="directory">The cache's folder.</param>
/// <param name="time">The clock.</param>
internal sealed class TemporaryNames(string directory, TimeProvider time)
{
    /// <summary>What is older was left behind by a process that is gone: nothing takes this long to copy.</summary>
    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(3);

    private const int TimeDigits = 16;
    private const int NameLength = TimeDigits + 1 + 32;

    private readonly string folder = Path.Combine(directory, "temporary");

    /// <summary>The clock's time in UTC.</summary>
    public DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>A new name; the folder exists.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be created.</exception>
    public string Next()
    {
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Now.Ticks:x16}-{Guid.NewGuid():N}"));
    }

    /// <summary>Files that were left behind.</summary>
    public IEnumerable<CacheFile> Abandoned() => CacheFiles.In(folder).Where(file => IsAbandoned(file.Name));

    private bool IsAbandoned(string name) =>
        name.Length == NameLength
        && name[TimeDigits] == '-'
        && long.TryParse(name.AsSpan(0, TimeDigits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
        && Now.Ticks - ticks > LongestUse.Ticks;
}
