using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes the mask of a <see cref="MagnitudeThreshold"/>.</summary>
internal static class MagnitudeMaskKernel
{
    private const uint MagnitudeBits = 0x7FFF_FFFF;

    public static void Run(ReadOnlySpan<float> x, MagnitudeThreshold threshold, long start, Span<float> target)
    {
        // All ties of a tile are on one side of LastTie, except in the one tile that holds it.
        var lastTie = threshold.LastTie - start;
        if (lastTie >= target.Length - 1)
        {
            WriteAtLeast(x, threshold.Bits, target);
        }
        else if (lastTie < 0)
        {
            WriteAtLeast(x, threshold.Bits + 1, target);
        }
        else
        {
            var split = (int)lastTie + 1;
            WriteAtLeast(x[..split], threshold.Bits, target[..split]);
            WriteAtLeast(x[split..], threshold.Bits + 1, target[split..]);
        }
    }

    /// <summary>1 where the magnitude's bits are at least <paramref name="least"/>.</summary>
    private static void WriteAtLeast(ReadOnlySpan<float> x, uint least, Span<float> target)
    {
        var bits = MemoryMarshal.Cast<float, uint>(x);
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var magnitude = Vector256.Create(MagnitudeBits);
        var threshold = Vector256.Create(least);
        var i = 0;
        for (; i <= target.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var selected = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref bits0, (nuint)i) & magnitude, threshold);
            (selected.AsSingle() & Vector256<float>.One).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = (bits[i] & MagnitudeBits) >= least ? 1 : 0;
        }
    }
}
