using System.Buffers;

namespace MergeKit.Engine.Output;

/// <summary>Memory for parts of files that wait to be hashed. All files of a merge share it, so that many files need no more of it than one.</summary>
/// <param name="limit">Most bytes to hold.</param>
internal sealed class HashMemory(long limit)
{
    private long held;

    /// <summary>A copy of bytes, which their owner is about to overwrite; null if too many are held already.</summary>
    /// <returns>An array that may be longer than the bytes; to be given to <see cref="Release"/>.</returns>
    public byte[]? TryHold(ReadOnlySpan<byte> bytes)
    {
        if (Interlocked.Read(ref held) + bytes.Length > limit)
        {
            return null;
        }

        // What counts is the size of the array, which the pool decides.
        var copy = ArrayPool<byte>.Shared.Rent(bytes.Length);
        if (Interlocked.Add(ref held, copy.Length) > limit)
        {
            Release(copy);
            return null;
        }

        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Gives back a copy.</summary>
    public void Release(byte[] copy)
    {
        ArrayPool<byte>.Shared.Return(copy);
        Interlocked.Add(ref held, -copy.Length);
    }
}
