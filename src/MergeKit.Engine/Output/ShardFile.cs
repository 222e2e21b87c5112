using MergeKit.Engine.Planning;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Output;

/// <summary>A shard being written: the header first, then tensors at their offsets, in any order and from any thread.</summary>
internal sealed class ShardFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    private ShardFile(string path, SafeFileHandle handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Creates the file at its full size, so that a full disk is noticed before any work is done, and writes the header.</summary>
    public static ShardFile Create(string path, PlannedShard shard) => OutputFolder.Guard(path, () =>
    {
        var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, shard.Layout.FileSize);
        try
        {
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
        catch (Exception e) when (OutputFolder.IsRefusal(e))
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
