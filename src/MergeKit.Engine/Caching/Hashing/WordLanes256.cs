using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Caching.Hashing;

/// <summary>Eight lanes in 256 bits; of processors with AVX2.</summary>
internal readonly struct WordLanes256 : IWordVectors<Vector256<uint>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => Vector256<uint>.Count;

    public static Vector256<uint> Numbers => Vector256<uint>.Indices;

    public static Vector256<uint> Create(uint word) => Vector256.Create(word);

    public static Vector256<uint> Add(Vector256<uint> x, Vector256<uint> y) => x + y;

    public static Vector256<uint> Xor(Vector256<uint> x, Vector256<uint> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight(Vector256<uint> x, [ConstantExpected] byte count) => count switch
    {
        _ when Avx512F.VL.IsSupported => Avx512F.VL.RotateRight(x, count),
        16 => Avx2.Shuffle(x.AsByte(), Vector256.Create((byte)2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13)).AsUInt32(),
        8 => Avx2.Shuffle(x.AsByte(), Vector256.Create((byte)1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)).AsUInt32(),
        _ => (x >>> count) | (x << 32 - count),
    };

    public static void LoadBlocks(ref byte source, nint stride, ref Vector256<uint> words) =>
        WordTransposition.LoadBlocks<WordLanes256, Vector256<uint>>(ref source, stride, ref words);

    public static void StoreValues(ref Vector256<uint> words, ref byte destination) =>
        WordTransposition.StoreValues<WordLanes256, Vector256<uint>>(ref words, ref destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Gather(ref byte source, nint stride) =>
        Vector256.Create(WordLanes128.Gather(ref source, stride), WordLanes128.Gather(ref Unsafe.Add(ref source, 4 * stride), stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter(Vector256<uint> words, ref byte destination, nint stride)
    {
        WordLanes128.Scatter(words.GetLower(), ref destination, stride);
        WordLanes128.Scatter(words.GetUpper(), ref Unsafe.Add(ref destination, 4 * stride), stride);
    }

    public static Vector256<uint> ZipLower(Vector256<uint> x, Vector256<uint> y) => Avx2.UnpackLow(x, y);

    public static Vector256<uint> ZipUpper(Vector256<uint> x, Vector256<uint> y) => Avx2.UnpackHigh(x, y);

    public static Vector256<uint> JoinLower(Vector256<uint> x, Vector256<uint> y) => Avx2.UnpackLow(x.AsUInt64(), y.AsUInt64()).AsUInt32();

    public static Vector256<uint> JoinUpper(Vector256<uint> x, Vector256<uint> y) => Avx2.UnpackHigh(x.AsUInt64(), y.AsUInt64()).AsUInt32();
}
