using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>Files that one process, or thread, at a time can have open; the system releases them when the process ends, however it ends.</summary>
internal static class LockFile
{
    /// <summary>Opens a lock file, which is created when needed; null if somebody else has it open.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system forbids it.</exception>
    public static FileStream? TryOpen(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, options);
        }
        catch (IOException exception) when (FileErrors.IsSharingViolation(exception))
        {
            return null;
        }
    }
}
