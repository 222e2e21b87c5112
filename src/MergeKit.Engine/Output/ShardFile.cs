using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Planning;
using Microsoft.Win32.SafeHandles;

namespace MergeKit.Engine.Output;

/// <summary>A shard being written: the header first, then tensors at their offsets, in any order and from any thread.</summary>
internal sealed class ShardFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;
    private readonly RunningHash hash;

    private ShardFile(string path, SafeFileHandle handle, HashMemory memory, CancellationToken cancellation) =>
        (this.path, this.handle, hash) = (path, handle, new RunningHash(memory, ReadBack, cancellation));

    /// <summary>Name of the file.</summary>
    public string FileName => Path.GetFileName(path);

    /// <summary>Creates the file at its full size and writes the header, or opens it as an interrupted merge has left it.</summary>
    /// <exception cref="MergeException">The file cannot be written.</exception>
    public static ShardFile Open(string path, PlannedShard shard, bool isBegun, HashMemory memory, CancellationToken cancellation) => OutputFolder.Guard(path, () =>
    {
        var handle = isBegun
            ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)
            : File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, shard.Layout.FileSize);
        try
        {
            // Reserving room leaves the file empty, and a merge goes on only with files of the right size.
            RandomAccess.SetLength(handle, shard.Layout.FileSize);
            var file = new ShardFile(path, handle, memory, cancellation);
            file.Write(0, shard.Layout.Header.Span);
            return file;
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

        hash.Add(offset, bytes);
    }

    /// <summary>Takes bytes for written that an interrupted merge has left.</summary>
    public void Keep(long offset, long length) => hash.Keep(offset, length);

    /// <summary>Makes the file survive a power loss.</summary>
    public void Flush() => OutputFolder.Guard(path, () =>
    {
        RandomAccess.FlushToDisk(handle);
        return true;
    });

    /// <summary>What the complete file is.</summary>
    public FinishedShard Finish() => new(path, FileStamp.TryRead(handle) ?? default, hash.Finish(RandomAccess.GetLength(handle)));

    /// <inheritdoc/>
    public void Dispose()
    {
        handle.Dispose();
        hash.Dispose();
    }

    private void ReadBack(long offset, Span<byte> destination)
    {
        try
        {
            if (PositionedRead.Fill(handle, offset, destination) < destination.Length)
            {
                throw new EndOfStreamException();
            }
        }
        catch (Exception e) when (FileErrors.Is(e))
        {
            throw FileErrors.NotReadable(e, path);
        }
    }
}
