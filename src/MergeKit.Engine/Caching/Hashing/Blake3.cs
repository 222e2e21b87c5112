using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>
/// The hash function BLAKE3, of bytes that come piece by piece. Faster than SHA-256 as it is a tree: its leaves, chunks of 1024 bytes, and then the
/// nodes above them are hashed side by side. Source: J. O'Connor, J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere".
/// </summary>
internal sealed class Blake3
{
    /// <summary>Chunks, or nodes of a level, that are hashed together: as many as the widest vectors have lanes.</summary>
    private const int Batch = 16;

    private const int BatchBytes = Batch * Blake3Format.ChunkBytes;
    private const int LevelBytes = 2 * Batch * Blake3Format.ValueBytes;

    /// <summary>Enough for 2^63 bytes.</summary>
    private const int Levels = 54;

    private readonly byte[] pending = new byte[BatchBytes];
    private int pendingBytes;

    /// <summary>Values of nodes that have no parent yet, level by level from the chunks up. A level has room for those of two batches and waits for them.</summary>
    private readonly byte[] nodes = new byte[Levels * LevelBytes];

    /// <summary>Batches of chunks that were hashed. Its binary digits are the batches of nodes that wait in the levels.</summary>
    private ulong batches;

    /// <summary>Hashes more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (pendingBytes > 0)
        {
            var count = Math.Min(BatchBytes - pendingBytes, bytes.Length);
            bytes[..count].CopyTo(pending.AsSpan(pendingBytes));
            pendingBytes += count;
            bytes = bytes[count..];
            if (pendingBytes < BatchBytes)
            {
                return;
            }

            HashBatch(pending);
        }

        for (; bytes.Length >= BatchBytes; bytes = bytes[BatchBytes..])
        {
            HashBatch(bytes);
        }

        bytes.CopyTo(pending);
        pendingBytes = bytes.Length;
    }

    /// <summary>Takes the digest of everything appended, as 64 lowercase hexadecimal digits; the hash starts anew.</summary>
    public string Take()
    {
        Span<byte> digest = stackalloc byte[Blake3Format.ValueBytes];
        if (batches == 0 && pendingBytes <= Blake3Format.ChunkBytes)
        {
            HashChunk(pending.AsSpan(0, pendingBytes), 0, Blake3Format.Root, digest);
        }
        else
        {
            HashRoot(digest);
        }

        (batches, pendingBytes) = (0, 0);
        return Convert.ToHexStringLower(digest);
    }

    private static void HashChunks(ReadOnlySpan<byte> chunks, ulong number, int count, Span<byte> values)
    {
        ref var source = ref MemoryMarshal.GetReference(chunks);
        ref var destination = ref MemoryMarshal.GetReference(values);
        if (WordLanes512.IsSupported)
        {
            Blake3Lanes<WordLanes512, Vector512<uint>>.HashChunks(ref source, number, count, ref destination);
        }
        else if (WordLanes256.IsSupported)
        {
            Blake3Lanes<WordLanes256, Vector256<uint>>.HashChunks(ref source, number, count, ref destination);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Blake3Lanes<WordLanes128, Vector128<uint>>.HashChunks(ref source, number, count, ref destination);
        }
        else
        {
            Blake3Lanes<SingleWord, uint>.HashChunks(ref source, number, count, ref destination);
        }
    }

    private static void HashParents(ReadOnlySpan<byte> children, int count, Span<byte> values)
    {
        ref var source = ref MemoryMarshal.GetReference(children);
        ref var destination = ref MemoryMarshal.GetReference(values);
        if (WordLanes512.IsSupported)
        {
            Blake3Lanes<WordLanes512, Vector512<uint>>.HashParents(ref source, count, ref destination);
        }
        else if (WordLanes256.IsSupported)
        {
            Blake3Lanes<WordLanes256, Vector256<uint>>.HashParents(ref source, count, ref destination);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Blake3Lanes<WordLanes128, Vector128<uint>>.HashParents(ref source, count, ref destination);
        }
        else
        {
            Blake3Lanes<SingleWord, uint>.HashParents(ref source, count, ref destination);
        }
    }

    /// <summary>The value of one chunk, which may be short.</summary>
    private static void HashChunk(ReadOnlySpan<byte> chunk, ulong number, uint lastFlags, Span<byte> value)
    {
        Span<uint> words = stackalloc uint[Blake3Format.ValueBytes / sizeof(uint)];
        Span<uint> block = stackalloc uint[Blake3Format.BlockBytes / sizeof(uint)];
        Blake3Lanes<SingleWord, uint>.Start(ref words[0]);
        var flags = Blake3Format.ChunkStart;
        var isLast = false;
        while (!isLast)
        {
            isLast = chunk.Length <= Blake3Format.BlockBytes;
            var length = Math.Min(chunk.Length, Blake3Format.BlockBytes);
            block.Clear();
            chunk[..length].CopyTo(MemoryMarshal.AsBytes(block));
            Blake3Lanes<SingleWord, uint>.Compress(
                ref words[0], ref block[0], (uint)number, (uint)(number >> 32), (uint)length, flags | (isLast ? Blake3Format.ChunkEnd | lastFlags : 0));
            chunk = chunk[length..];
            flags = 0;
        }

        MemoryMarshal.AsBytes(words).CopyTo(value);
    }

    private void HashBatch(ReadOnlySpan<byte> bytes)
    {
        HashChunks(bytes, batches * Batch, Batch, Nodes(0, Waiting(0)));
        for (var level = 0; Waiting(level) > 0; level++)
        {
            HashParents(Nodes(level, 0), Batch, Nodes(level + 1, Waiting(level + 1)));
        }

        batches++;
    }

    /// <summary>The value of the node above all others, of at least two chunks.</summary>
    private void HashRoot(Span<byte> digest)
    {
        var (whole, rest) = Math.DivRem(pendingBytes, Blake3Format.ChunkBytes);
        var count = Waiting(0) + whole;
        HashChunks(pending, batches * Batch, whole, Nodes(0, Waiting(0)));
        if (rest > 0)
        {
            HashChunk(pending.AsSpan(whole * Blake3Format.ChunkBytes, rest), batches * Batch + (uint)whole, 0, Nodes(0, count++));
        }

        var level = 0;
        for (; count != 2 || batches >> level + 1 != 0; level++)
        {
            var waiting = Waiting(level + 1);
            HashParents(Nodes(level, 0), count / 2, Nodes(level + 1, waiting));
            if (int.IsOddInteger(count))
            {
                // The last node, of fewer chunks than the others, is one of the next level as it is.
                Nodes(level, count - 1)[..Blake3Format.ValueBytes].CopyTo(Nodes(level + 1, waiting + count / 2));
            }

            count = waiting + (count + 1) / 2;
        }

        Span<uint> words = stackalloc uint[Blake3Format.ValueBytes / sizeof(uint)];
        Span<uint> block = stackalloc uint[Blake3Format.BlockBytes / sizeof(uint)];
        Blake3Lanes<SingleWord, uint>.Start(ref words[0]);
        Nodes(level, 0)[..Blake3Format.BlockBytes].CopyTo(MemoryMarshal.AsBytes(block));
        Blake3Lanes<SingleWord, uint>.Compress(ref words[0], ref block[0], 0, 0, Blake3Format.BlockBytes, Blake3Format.Parent | Blake3Format.Root);
        MemoryMarshal.AsBytes(words).CopyTo(digest);
    }

    /// <summary>Nodes of a level that wait for as many others.</summary>
    private int Waiting(int level) => (batches >> level & 1) == 0 ? 0 : Batch;

    private Span<byte> Nodes(int level, int first) => nodes.AsSpan(level * LevelBytes + first * Blake3Format.ValueBytes);
}
