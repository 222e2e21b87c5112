using System.Runtime.InteropServices;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Makes the names in a folder survive a power loss, as flushing makes the contents of files. .NET opens no folders; on Windows, where
/// renames are journalled, there is nothing to do.
/// </summary>
internal static partial class DirectoryEntries
{
    private const int ReadOnly = 0;

    /// <summary>Flushes a folder's entries; a file system that cannot is left to itself.</summary>
    public static void FlushToDisk(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
