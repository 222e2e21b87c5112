using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// An open file read at given positions, from any number of threads. Not memory-mapped: a file that is truncated while mapped
/// kills the process, here it is an error.
/// </summary>
internal sealed class CheckpointFile : IDisposable
{
    private readonly SafeFileHandle handle;

    private CheckpointFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        this.handle = handle;
        Length = length;
        Stamp = FileStamp.TryRead(handle);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Size in bytes when the file was opened.</summary>
    public long Length { get; }

    /// <summary>The stamp of the content when the file was opened; null if the file system gives none.</summary>
    public FileStamp? Stamp { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="MergeException">The file is missing or cannot be read.</exception>
    public static CheckpointFile Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.Read);
            return new CheckpointFile(full, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            handle?.Dispose();
            throw FileErrors.NotReadable(exception, full);
        }
    }

    /// <summary>Reads until <paramref name="destination"/> is full or the file ends.</summary>
    /// <returns>The number of bytes read.</returns>
    /// <exception cref="MergeException">The file cannot be read.</exception>
    public int Fill(long offset, Span<byte> destination)
    {
        try
        {
            return PositionedRead.Fill(handle, offset, destination);
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            throw FileErrors.NotReadable(exception, Path);
        }
    }

    /// <summary>Makes sure that what has been read of the file is what it held when it was opened.</summary>
    /// <exception cref="MergeException">The file was written to since.</exception>
    public void RequireUnchanged()
    {
        if (FileStamp.TryRead(handle) != Stamp)
        {
            throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, Path);
        }
    }

    public void Dispose() => handle.Dispose();
}
