using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>Between the order of memory, in which words of one lane follow each other, and that of vectors, which hold one word of every lane.</summary>
internal static class WordTransposition
{
    /// <summary>Words in 128 bits, and lanes whose words go there.</summary>
    private const int Group = 4;

    private const int BlockWords = 16;
    private const int ValueWords = 8;
    private const int ValueBytes = ValueWords * sizeof(uint);

    /// <inheritdoc cref="IWordLanes{TWords}.LoadBlocks"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LoadBlocks<TLanes, TWords>(ref byte source, nint stride, ref TWords words)
        where TLanes : struct, IWordVectors<TWords>
        where TWords : unmanaged
    {
        for (var word = 0; word < BlockWords; word += Group)
        {
            ref var from = ref Unsafe.Add(ref source, word * sizeof(uint));
            ref var to = ref Unsafe.Add(ref words, word);
            (to, Unsafe.Add(ref to, 1), Unsafe.Add(ref to, 2), Unsafe.Add(ref to, 3)) = Transpose<TLanes, TWords>(
                TLanes.Gather(ref from, stride),
                TLanes.Gather(ref Unsafe.Add(ref from, stride), stride),
                TLanes.Gather(ref Unsafe.Add(ref from, 2 * stride), stride),
                TLanes.Gather(ref Unsafe.Add(ref from, 3 * stride), stride));
        }
    }

    /// <inheritdoc cref="IWordLanes{TWords}.StoreValues"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void StoreValues<TLanes, TWords>(ref TWords words, ref byte destination)
        where TLanes : struct, IWordVectors<TWords>
        where TWords : unmanaged
    {
        for (var word = 0; word < ValueWords; word += Group)
        {
            ref var from = ref Unsafe.Add(ref words, word);
            ref var to = ref Unsafe.Add(ref destination, word * sizeof(uint));
            var (x0, x1, x2, x3) = Transpose<TLanes, TWords>(from, Unsafe.Add(ref from, 1), Unsafe.Add(ref from, 2), Unsafe.Add(ref from, 3));
            TLanes.Scatter(x0, ref to, ValueBytes);
            TLanes.Scatter(x1, ref Unsafe.Add(ref to, ValueBytes), ValueBytes);
            TLanes.Scatter(x2, ref Unsafe.Add(ref to, 2 * ValueBytes), ValueBytes);
            TLanes.Scatter(x3, ref Unsafe.Add(ref to, 3 * ValueBytes), ValueBytes);
        }
    }

    /// <summary>In every 128 bits, exchanges the number of a vector and that of a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TWords X0, TWords X1, TWords X2, TWords X3) Transpose<TLanes, TWords>(TWords x0, TWords x1, TWords x2, TWords x3)
        where TLanes : struct, IWordVectors<TWords>
        where TWords : unmanaged
    {
        var (lower01, lower23) = (TLanes.ZipLower(x0, x1), TLanes.ZipLower(x2, x3));
        var (upper01, upper23) = (TLanes.ZipUpper(x0, x1), TLanes.ZipUpper(x2, x3));
        return (TLanes.JoinLower(lower01, lower23), TLanes.JoinUpper(lower01, lower23), TLanes.JoinLower(upper01, upper23), TLanes.JoinUpper(upper01, upper23));
    }
}
