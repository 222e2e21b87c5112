namespace MergeKit.Engine.Caching;

/// <summary>A file and what it was like before it was read.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Stamp">Its stamp; null for a missing one.</param>
internal sealed record StampedFile(string Path, FileStamp? Stamp)
{
    /// <summary>Looks at a file that is about to be read.</summary>
    public static StampedFile Look(string path) => new(path, FileStamp.TryRead(path));
}
