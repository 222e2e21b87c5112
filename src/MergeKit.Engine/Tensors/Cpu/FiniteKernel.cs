using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Looks for values that are not finite, or would not be in a narrower dtype.</summary>
internal static class FiniteKernel
{
    private const uint MagnitudeBits = 0x7FFF_FFFF;

    /// <summary>Whether all magnitudes, as bits without the sign, are below <paramref name="limit"/>; NaN has the largest bits of all.</summary>
    public static bool AreBelow(ReadOnlySpan<float> values, uint limit)
    {
        var bits = MemoryMarshal.Cast<float, uint>(values);
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        var largest = Vector256<uint>.Zero;
        var i = 0;
        for (; i <= bits.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            largest = Vector256.Max(largest, Vector256.LoadUnsafe(ref bits0, (nuint)i) & Vector256.Create(MagnitudeBits));
        }

        var below = Vector256.LessThanAll(largest, Vector256.Create(limit));
        for (; i < bits.Length; i++)
        {
            below &= (bits[i] & MagnitudeBits) < limit;
        }

        return below;
    }
}
