using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Counts large magnitudes.</summary>
internal static class MagnitudeCountKernel
{
    /// <summary>Values whose magnitude, as bits without the sign, is at least <paramref name="least"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int AtLeast(ReadOnlySpan<float> x, uint least)
    {
        var bits = MemoryMarshal.Cast<float, uint>(x);
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        var (magnitude, threshold) = (Vector256.Create(MagnitudeWindow.MagnitudeBits), Vector256.Create(least));
        var counts = Vector256<uint>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            // True is −1 in every lane.
            counts -= Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref bits0, (nuint)i) & magnitude, threshold);
        }

        var count = (int)Vector256.Sum(counts);
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & MagnitudeWindow.MagnitudeBits) >= least ? 1 : 0;
        }

        return count;
    }
}
