using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Planning;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Output;

/// <summary>A shard being written: the header first, then tensors at their offsets, in any order and from any thread.</summary>
internal sealed class ShardFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    private ShardFile(string path, SafeFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Name of the file.</summary>
    public string FileName => Path.GetFileName(path);

    /// <summary>Creates the file at its full size and writes the header, or opens it as an interrupted merge has left it.</summary>
    public static ShardFile Open(string path, PlannedShard shard, bool isBegun) => OutputFolder.Guard(path, () =>
    {
        var handle = isBegun
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.None)
            : File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, shard.Layout.FileSize);
        try
        {
            // Reserving room leaves the file empty, and a merge goes on only with files of the right size.
            RandomAccess.SetLength(handle, shard.Layout.FileSize);
            RandomAccess.Write(handle, shard.Layout.Header.Span, 0);
            return new ShardFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    });

    /// <summary>Writes bytes at an offset from the start of the file.</summary>
    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            throw OutputFolder.NotWritable(e, path);
        }
    }

    /// <summary>Makes the file survive a power loss.</summary>
    public void Flush() => OutputFolder.Guard(path, () =>
    {
        RandomAccess.FlushToDisk(handle);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
