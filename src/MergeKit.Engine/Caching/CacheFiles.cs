using System.IO.Enumeration;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>Lists and deletes what a cache wrote, and nothing else: no links are followed, and no names that are not a cache's are touched.</summary>
internal static class CacheFiles
{
    private const int PrefixLength = 2;

    private static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>Where the file of a digest stands: in a subfolder named by the first two digits.</summary>
    /// <exception cref="ArgumentException">The text is no digest, so that it could lead elsewhere.</exception>
    public static string PathOf(string folder, string digest) => Sha256Text.IsDigest(digest)
        ? Path.Combine(folder, digest[..PrefixLength], digest)
        : throw new ArgumentException("Expected 64 lowercase hexadecimal digits.", nameof(digest));

    /// <summary>The files at the places that <see cref="PathOf"/> gives.</summary>
    public static IEnumerable<CacheFile> ByDigest(string folder) => IsFolder(folder)
        ? new DirectoryInfo(folder).EnumerateDirectories("*", NoLinks)
            .Where(subfolder => subfolder.Name.Length == PrefixLength)
            .SelectMany(subfolder => In(subfolder.FullName).Where(file => IsPlaced(file.Name, subfolder.Name)))
        : [];

    /// <summary>All files of a folder; none if it does not exist or is a link.</summary>
    public static IEnumerable<CacheFile> In(string folder) => IsFolder(folder) ? Listed(folder) : [];

    /// <summary>Deletes a file if the file system lets it.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool TryDelete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            return exception is DirectoryNotFoundException;
        }
    }

    /// <summary>Notes when a file was last used, in the time of its last change, if the file system lets it.</summary>
    public static void TryTouch(string path, DateTime time)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, time);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            // A cache that is only read gets no younger.
        }
    }

    /// <summary>Other processes delete files as well, so everything is taken from the listing; one that is gone has no size.</summary>
    private static FileSystemEnumerable<CacheFile> Listed(string folder) =>
        new(folder, (ref entry) => new CacheFile(entry.FileName.ToString(), entry.ToFullPath(), entry.Length, entry.LastWriteTimeUtc.UtcDateTime), NoLinks)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
        };

    private static bool IsFolder(string folder) => new DirectoryInfo(folder) is { Exists: true } info && !info.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static bool IsPlaced(string name, string subfolder) =>
        name.StartsWith(subfolder, StringComparison.Ordinal) && Sha256Text.IsDigest(name);
}
