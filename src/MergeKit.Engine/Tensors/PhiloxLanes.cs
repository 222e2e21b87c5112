using System.Runtime.CompilerServices;
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
    private const int Numbers = 32;

    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Writes the numbers of the counters from <paramref name="counter"/> on, as many as fill whole blocks of eight.</summary>
    /// <returns>How many numbers were written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Fill(ulong key, ulong counter, Span<uint> destination)
    {
        ref var destination0 = ref Unsafe.As<uint, ulong>(ref MemoryMarshal.GetReference(destination));
        var whole = destination.Length - destination.Length % Numbers;
        var counters = Vector256.Create(counter) + Vector256.Create(0UL, 2, 1, 3);
        for (var done = 0; done < whole; done += Numbers)
        {
            Draw(key, counters, ref Unsafe.Add(ref destination0, done / 2));
            Draw(key, counters + Vector256.Create(4UL), ref Unsafe.Add(ref destination0, done / 2 + Numbers / 4));
            counters += Vector256.Create(8UL);
        }

        return whole;
    }

    /// <summary>Only the lower words count: a product takes no others, and what stands above them is carried along.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(ulong key, Vector256<ulong> counters, ref ulong destination)
    {
        var (x0, x1) = (counters, counters >>> 32);
        var (x2, x3) = (Vector256<ulong>.Zero, Vector256<ulong>.Zero);
        var (k0, k1) = (Vector256.Create((ulong)(uint)key), Vector256.Create(key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Avx2.Multiply(Vector256.Create((ulong)Philox.Multiplier0).AsUInt32(), x0.AsUInt32());
            var product1 = Avx2.Multiply(Vector256.Create((ulong)Philox.Multiplier1).AsUInt32(), x2.AsUInt32());
            (x0, x1, x2, x3) = ((product1 >>> 32) ^ x1 ^ k0, product1, (product0 >>> 32) ^ x3 ^ k1, product0);
            k0 += Vector256.Create((ulong)Philox.Weyl0);
            k1 += Vector256.Create((ulong)Philox.Weyl1);
        }

        Store(x0, x1, x2, x3, ref destination);
    }

    /// <summary>Puts the halves of every counter's numbers next to each other; the order of the counters makes two of either kind follow each other.</summary>
    private static void Store(Vector256<ulong> x0, Vector256<ulong> x1, Vector256<ulong> x2, Vector256<ulong> x3, ref ulong destination)
    {
        var lower = Vector256.Create((ulong)uint.MaxValue);
        var first = Vector256.ConditionalSelect(lower, x0, x1 << 32);
        var second = Vector256.ConditionalSelect(lower, x2, x3 << 32);
        Avx2.UnpackLow(first, second).StoreUnsafe(ref destination);
        Avx2.UnpackHigh(first, second).StoreUnsafe(ref destination, 4);
    }
}
