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

    private static Vector256<byte> Bytes16 => Vector256.Create(WordLanes128.Bytes16, WordLanes128.Bytes16);

    private static Vector256<byte> Bytes8 => Vector256.Create(WordLanes128.Bytes8, WordLanes128.Bytes8);

    public static Vector256<uint> Create(uint word) => Vector256.Create(word);

    public static Vector256<uint> Add(Vector256<uint> x, Vector256<uint> y) => x + y;

    public static Vector256<uint> Xor(Vector256<uint> x, Vector256<uint> y) => x ^ y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight16(Vector256<uint> x) => Avx2.Shuffle(x.AsByte(), Bytes16).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight12(Vector256<uint> x) => (x >>> 12) | (x << 20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight8(Vector256<uint> x) => Avx2.Shuffle(x.AsByte(), Bytes8).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RotateRight7(Vector256<uint> x) => (x >>> 7) | (x << 25);

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
