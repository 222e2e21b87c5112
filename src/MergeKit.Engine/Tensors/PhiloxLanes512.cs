using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// <see cref="PhiloxLanes"/> for sixteen counters at a time. Twice eight, since the rounds of one counter follow each other and leave the
/// processor idle.
/// </summary>
internal static class PhiloxLanes512
{
    private const int Numbers = 64;

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512F.IsSupported;

    /// <summary>Writes the numbers of the counters from <paramref name="counter"/> on, as many as fill whole blocks of sixteen.</summary>
    /// <returns>How many numbers were written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Fill(ulong key, ulong counter, Span<uint> destination)
    {
        ref var destination0 = ref Unsafe.As<uint, ulong>(ref MemoryMarshal.GetReference(destination));
        var whole = destination.Length - destination.Length % Numbers;
        var counters = Vector512.Create(counter) + Vector512.Create(0UL, 4, 1, 5, 2, 6, 3, 7);
        for (var done = 0; done < whole; done += Numbers)
        {
            Draw(key, counters, counters + Vector512.Create(8UL), ref Unsafe.Add(ref destination0, done / 2));
            counters += Vector512.Create(16UL);
        }

        return whole;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Draw(ulong key, Vector512<ulong> counters, Vector512<ulong> next, ref ulong destination)
    {
        var (x0, x1, x2, x3) = (counters, counters >>> 32, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var (y0, y1, y2, y3) = (next, next >>> 32, Vector512<ulong>.Zero, Vector512<ulong>.Zero);
        var (k0, k1) = (Vector512.Create((ulong)(uint)key), Vector512.Create(key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            (x0, x1, x2, x3) = Round(x0, x1, x2, x3, k0, k1);
            (y0, y1, y2, y3) = Round(y0, y1, y2, y3, k0, k1);
            k0 += Vector512.Create((ulong)Philox.Weyl0);
            k1 += Vector512.Create((ulong)Philox.Weyl1);
        }

        Store(x0, x1, x2, x3, ref destination);
        Store(y0, y1, y2, y3, ref Unsafe.Add(ref destination, Numbers / 4));
    }

    /// <summary>Only the lower words count: a product takes no others, and what stands above them is carried along.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ulong> X0, Vector512<ulong> X1, Vector512<ulong> X2, Vector512<ulong> X3) Round(
        Vector512<ulong> x0, Vector512<ulong> x1, Vector512<ulong> x2, Vector512<ulong> x3, Vector512<ulong> k0, Vector512<ulong> k1)
    {
        var product0 = Avx512F.Multiply(Vector512.Create((ulong)Philox.Multiplier0).AsUInt32(), x0.AsUInt32());
        var product1 = Avx512F.Multiply(Vector512.Create((ulong)Philox.Multiplier1).AsUInt32(), x2.AsUInt32());
        return ((product1 >>> 32) ^ x1 ^ k0, product1, (product0 >>> 32) ^ x3 ^ k1, product0);
    }

    /// <summary>Puts the halves of every counter's numbers next to each other; the order of the counters makes four of either kind follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<ulong> x0, Vector512<ulong> x1, Vector512<ulong> x2, Vector512<ulong> x3, ref ulong destination)
    {
        var lower = Vector512.Create((ulong)uint.MaxValue);
        var first = Vector512.ConditionalSelect(lower, x0, x1 << 32);
        var second = Vector512.ConditionalSelect(lower, x2, x3 << 32);
        Avx512F.UnpackLow(first, second).StoreUnsafe(ref destination);
        Avx512F.UnpackHigh(first, second).StoreUnsafe(ref destination, 8);
    }
}
