using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// <see cref="Philox"/> for eight counters at a time: 32-bit words in 64-bit lanes, where x86 multiplies them without loss. Other
/// processors compute the same numbers one counter at a time.
/// </summary>
internal static class PhiloxLanes
{
    /// <summary>Numbers of one call.</summary>
    public const int Numbers = 32;

    private const ulong LowWord = 0xFFFF_FFFF;

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>The numbers of the counters from <paramref name="counter"/> to the seventh after it.</summary>
    public static void Draw(ulong key, ulong counter, Span<uint> destination)
    {
        Draw(key, counter, Vector256.Create(0UL, 1, 2, 3), destination);
        Draw(key, counter, Vector256.Create(4UL, 5, 6, 7), destination[(Numbers / 2)..]);
    }

    private static void Draw(ulong key, ulong counter, Vector256<ulong> lanes, Span<uint> destination)
    {
        var counters = Vector256.Create(counter) + lanes;
        var (x0, x1) = (counters & Vector256.Create(LowWord), counters >>> 32);
        var (x2, x3) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        var multiplier0 = Vector256.Create((ulong)Philox.Multiplier0).AsUInt32();
        var multiplier1 = Vector256.Create((ulong)Philox.Multiplier1).AsUInt32();
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx2.Multiply(multiplier0, x0.AsUInt32());
            var product1 = Avx2.Multiply(multiplier1, x2.AsUInt32());
            x0 = (product1 >>> 32) ^ x1 ^ Vector256.Create((ulong)k0);
            x2 = (product0 >>> 32) ^ x3 ^ Vector256.Create((ulong)k1);
            x1 = product1 & Vector256.Create(LowWord);
            x3 = product0 & Vector256.Create(LowWord);
            k0 += Philox.Weyl0;
            k1 += Philox.Weyl1;
        }

        Store(x0 | (x1 << 32), x2 | (x3 << 32), MemoryMarshal.Cast<uint, ulong>(destination));
    }

    /// <summary>Puts the two halves of every counter's numbers next to each other.</summary>
    private static void Store(Vector256<ulong> first, Vector256<ulong> second, Span<ulong> destination)
    {
        var even = Avx2.UnpackLow(first, second);
        var odd = Avx2.UnpackHigh(first, second);
        Avx2.Permute2x128(even, odd, 0x20).StoreUnsafe(ref destination[0]);
        Avx2.Permute2x128(even, odd, 0x31).StoreUnsafe(ref destination[4]);
    }
}
