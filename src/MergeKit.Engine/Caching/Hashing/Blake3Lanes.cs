using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>BLAKE3's compression, of as many inputs at a time as there are lanes.</summary>
/// <typeparam name="TLanes">The lanes.</typeparam>
/// <typeparam name="TWords">A word of every lane.</typeparam>
internal static class Blake3Lanes<TLanes, TWords>
    where TLanes : struct, IWordLanes<TWords>
    where TWords : unmanaged
{
    private const int BlockWords = 16;
    private const int ValueWords = 8;

    /// <summary>Chaining values of whole chunks that follow each other.</summary>
    /// <param name="chunks">The first chunk; as many are read as fill the lanes.</param>
    /// <param name="number">Number of the first chunk, a multiple of the number of lanes.</param>
    /// <param name="count">Number of chunks that are wanted.</param>
    /// <param name="values">Takes the values of as many chunks as are read.</param>
    public static void HashChunks(ref byte chunks, ulong number, int count, ref byte values)
    {
        for (var done = 0; done < count; done += TLanes.Count)
        {
            HashChunks(ref Unsafe.Add(ref chunks, done * Blake3Format.ChunkBytes), number + (uint)done, ref Unsafe.Add(ref values, done * Blake3Format.ValueBytes));
        }
    }

    /// <summary>Chaining values of parents.</summary>
    /// <param name="nodes">The values of their nodes, left and right in turn; as many are read as fill the lanes.</param>
    /// <param name="count">Number of parents that are wanted.</param>
    /// <param name="values">Takes the values of as many parents as are read.</param>
    public static void HashParents(ref byte nodes, int count, ref byte values)
    {
        for (var done = 0; done < count; done += TLanes.Count)
        {
            HashParents(ref Unsafe.Add(ref nodes, done * Blake3Format.BlockBytes), ref Unsafe.Add(ref values, done * Blake3Format.ValueBytes));
        }
    }

    /// <summary>Chaining values to start from.</summary>
    public static void Start(ref TWords value)
    {
        for (var i = 0; i < ValueWords; i++)
        {
            Unsafe.Add(ref value, i) = TLanes.Create(Blake3Format.InitialValue[i]);
        }
    }

    /// <summary>Takes a block of every lane into its chaining value.</summary>
    /// <param name="value">The eight words of the chaining values.</param>
    /// <param name="block">The 16 words of the blocks.</param>
    /// <param name="counterLow">Lower words of the numbers of the chunks; 0 in parents.</param>
    /// <param name="counterHigh">Upper words.</param>
    /// <param name="length">Bytes of the blocks.</param>
    /// <param name="flags">The flags of all blocks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(ref TWords value, ref TWords block, TWords counterLow, TWords counterHigh, uint length, uint flags)
    {
        var (v0, v1, v2, v3) = (value, Unsafe.Add(ref value, 1), Unsafe.Add(ref value, 2), Unsafe.Add(ref value, 3));
        var (v4, v5, v6, v7) = (Unsafe.Add(ref value, 4), Unsafe.Add(ref value, 5), Unsafe.Add(ref value, 6), Unsafe.Add(ref value, 7));
        var initial = Blake3Format.InitialValue;
        var (v8, v9, v10, v11) = (TLanes.Create(initial[0]), TLanes.Create(initial[1]), TLanes.Create(initial[2]), TLanes.Create(initial[3]));
        var (v12, v13, v14, v15) = (counterLow, counterHigh, TLanes.Create(length), TLanes.Create(flags));
        ref var order = ref MemoryMarshal.GetReference(Blake3Format.Schedule);
        for (var round = 0; round < Blake3Format.Rounds; round++)
        {
            Mix(ref v0, ref v4, ref v8, ref v12, Word(ref block, ref order, 0), Word(ref block, ref order, 1));
            Mix(ref v1, ref v5, ref v9, ref v13, Word(ref block, ref order, 2), Word(ref block, ref order, 3));
            Mix(ref v2, ref v6, ref v10, ref v14, Word(ref block, ref order, 4), Word(ref block, ref order, 5));
            Mix(ref v3, ref v7, ref v11, ref v15, Word(ref block, ref order, 6), Word(ref block, ref order, 7));
            Mix(ref v0, ref v5, ref v10, ref v15, Word(ref block, ref order, 8), Word(ref block, ref order, 9));
            Mix(ref v1, ref v6, ref v11, ref v12, Word(ref block, ref order, 10), Word(ref block, ref order, 11));
            Mix(ref v2, ref v7, ref v8, ref v13, Word(ref block, ref order, 12), Word(ref block, ref order, 13));
            Mix(ref v3, ref v4, ref v9, ref v14, Word(ref block, ref order, 14), Word(ref block, ref order, 15));
            order = ref Unsafe.Add(ref order, BlockWords);
        }

        value = TLanes.Xor(v0, v8);
        Unsafe.Add(ref value, 1) = TLanes.Xor(v1, v9);
        Unsafe.Add(ref value, 2) = TLanes.Xor(v2, v10);
        Unsafe.Add(ref value, 3) = TLanes.Xor(v3, v11);
        Unsafe.Add(ref value, 4) = TLanes.Xor(v4, v12);
        Unsafe.Add(ref value, 5) = TLanes.Xor(v5, v13);
        Unsafe.Add(ref value, 6) = TLanes.Xor(v6, v14);
        Unsafe.Add(ref value, 7) = TLanes.Xor(v7, v15);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HashChunks(ref byte chunks, ulong number, ref byte values)
    {
        Span<TWords> words = stackalloc TWords[ValueWords + BlockWords];
        ref var value = ref words[0];
        ref var block = ref words[ValueWords];
        Start(ref value);
        var counterLow = TLanes.Add(TLanes.Create((uint)number), TLanes.Numbers);
        var counterHigh = TLanes.Create((uint)(number >> 32));
        for (var offset = 0; offset < Blake3Format.ChunkBytes; offset += Blake3Format.BlockBytes)
        {
            TLanes.LoadBlocks(ref Unsafe.Add(ref chunks, offset), Blake3Format.ChunkBytes, ref block);
            var flags = (offset == 0 ? Blake3Format.ChunkStart : 0) | (offset == Blake3Format.ChunkBytes - Blake3Format.BlockBytes ? Blake3Format.ChunkEnd : 0);
            Compress(ref value, ref block, counterLow, counterHigh, Blake3Format.BlockBytes, flags);
        }

        TLanes.StoreValues(ref value, ref values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HashParents(ref byte nodes, ref byte values)
    {
        Span<TWords> words = stackalloc TWords[ValueWords + BlockWords];
        ref var value = ref words[0];
        ref var block = ref words[ValueWords];
        Start(ref value);
        TLanes.LoadBlocks(ref nodes, Blake3Format.BlockBytes, ref block);
        Compress(ref value, ref block, TLanes.Create(0), TLanes.Create(0), Blake3Format.BlockBytes, Blake3Format.Parent);
        TLanes.StoreValues(ref value, ref values);
    }

    /// <summary>Takes two words of the blocks into four of the state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref TWords a, ref TWords b, ref TWords c, ref TWords d, TWords x, TWords y)
    {
        a = TLanes.Add(TLanes.Add(a, x), b);
        d = TLanes.RotateRight(TLanes.Xor(d, a), 16);
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 12);
        a = TLanes.Add(TLanes.Add(a, y), b);
        d = TLanes.RotateRight(TLanes.Xor(d, a), 8);
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWords Word(ref TWords block, ref byte order, int index) => Unsafe.Add(ref block, (nint)Unsafe.Add(ref order, index));
}
