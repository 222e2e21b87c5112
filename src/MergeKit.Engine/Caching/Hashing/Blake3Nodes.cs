using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>The values of BLAKE3's nodes: of many with the widest vectors that the processor has, of single ones without. All give the same.</summary>
internal static class Blake3Nodes
{
    /// <summary>Nodes that are hashed together, as many as the widest vectors have lanes.</summary>
    public const int Batch = 16;

    /// <summary>Values of whole chunks that follow each other.</summary>
    /// <param name="chunks">The chunks, and as many other bytes as make them a batch.</param>
    /// <param name="number">Number of the first chunk, a multiple of <see cref="Batch"/>.</param>
    /// <param name="count">Number of chunks.</param>
    /// <param name="values">Takes their values, and has room for those of a batch.</param>
    public static void HashChunks(ReadOnlySpan<byte> chunks, ulong number, int count, Span<byte> values)
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

    /// <summary>Values of parents.</summary>
    /// <param name="children">The values of their nodes, left and right in turn, with room for those of a batch of parents.</param>
    /// <param name="count">Number of parents.</param>
    /// <param name="values">Takes their values, and has room for those of a batch.</param>
    public static void HashParents(ReadOnlySpan<byte> children, int count, Span<byte> values)
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
    public static void HashChunk(ReadOnlySpan<byte> chunk, ulong number, Span<byte> value) => HashBlocks(chunk, number, Blake3Format.ChunkStart, Blake3Format.ChunkEnd, value);

    /// <summary>The digest of an input of at most one chunk.</summary>
    public static void HashRootChunk(ReadOnlySpan<byte> chunk, Span<byte> digest) =>
        HashBlocks(chunk, 0, Blake3Format.ChunkStart, Blake3Format.ChunkEnd | Blake3Format.Root, digest);

    /// <summary>The digest of a larger input, from the values of the two nodes below the root.</summary>
    public static void HashRoot(ReadOnlySpan<byte> children, Span<byte> digest) =>
        HashBlocks(children[..Blake3Format.BlockBytes], 0, Blake3Format.Parent, Blake3Format.Root, digest);

    private static void HashBlocks(ReadOnlySpan<byte> bytes, ulong number, uint firstFlags, uint lastFlags, Span<byte> value)
    {
        Span<uint> words = stackalloc uint[Blake3Format.ValueBytes / sizeof(uint)];
        Span<uint> block = stackalloc uint[Blake3Format.BlockBytes / sizeof(uint)];
        Blake3Lanes<SingleWord, uint>.Start(ref words[0]);
        var flags = firstFlags;
        do
        {
            var length = Math.Min(bytes.Length, Blake3Format.BlockBytes);
            block.Clear();
            bytes[..length].CopyTo(MemoryMarshal.AsBytes(block));
            bytes = bytes[length..];
            flags |= bytes.IsEmpty ? lastFlags : 0;
            Blake3Lanes<SingleWord, uint>.Compress(ref words[0], ref block[0], (uint)number, (uint)(number >> 32), (uint)length, flags);
            flags = 0;
        }
        while (!bytes.IsEmpty);
        MemoryMarshal.AsBytes(words).CopyTo(value);
    }
}
