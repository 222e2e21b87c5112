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
        var (magnitude, threshold) = (Vector512.Create(MagnitudeWindow.MagnitudeBits), Vector512.Create(least));
        var counts = Vector512<uint>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            // True is −1 in every lane.
            counts -= Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref bits0, (nuint)i) & magnitude, threshold);
        }

        var count = (int)Vector512.Sum(counts);
        for (; i < bits.Length; i++)
        {
            count += (bits[i] & MagnitudeWindow.MagnitudeBits) >= least ? 1 : 0;
        }

        return count;
    }
}
