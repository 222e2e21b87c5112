using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>Sixteen lanes in 512 bits; of processors with AVX-512.</summary>
internal readonly struct WordLanes512 : IWordVectors<Vector512<uint>>
{
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    public static int Count => Vector512<uint>.Count;

    public static Vector512<uint> Numbers => Vector512<uint>.Indices;

    public static Vector512<uint> Create(uint word) => Vector512.Create(word);

    public static Vector512<uint> Add(Vector512<uint> x, Vector512<uint> y) => x + y;

    public static Vector512<uint> Xor(Vector512<uint> x, Vector512<uint> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RotateRight(Vector512<uint> x, [ConstantExpected] byte count) => Avx512F.RotateRight(x, count);

    public static void LoadBlocks(ref byte source, nint stride, ref Vector512<uint> words) =>
        WordTransposition.LoadBlocks<WordLanes512, Vector512<uint>>(ref source, stride, ref words);

    public static void StoreValues(ref Vector512<uint> words, ref byte destination) =>
        WordTransposition.StoreValues<WordLanes512, Vector512<uint>>(ref words, ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Gather(ref byte source, nint stride) =>
        Vector512.Create(WordLanes256.Gather(ref source, stride), WordLanes256.Gather(ref Unsafe.Add(ref source, 8 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector512<uint> words, ref byte destination, nint stride)
    {
        WordLanes256.Scatter(words.GetLower(), ref destination, stride);
        WordLanes256.Scatter(words.GetUpper(), ref Unsafe.Add(ref destination, 8 * stride), stride);
    }

    public static Vector512<uint> ZipLower(Vector512<uint> x, Vector512<uint> y) => Avx512F.UnpackLow(x, y);

    public static Vector512<uint> ZipUpper(Vector512<uint> x, Vector512<uint> y) => Avx512F.UnpackHigh(x, y);

    public static Vector512<uint> JoinLower(Vector512<uint> x, Vector512<uint> y) => Avx512F.UnpackLow(x.AsUInt64(), y.AsUInt64()).AsUInt32();

    public static Vector512<uint> JoinUpper(Vector512<uint> x, Vector512<uint> y) => Avx512F.UnpackHigh(x.AsUInt64(), y.AsUInt64()).AsUInt32();
}
