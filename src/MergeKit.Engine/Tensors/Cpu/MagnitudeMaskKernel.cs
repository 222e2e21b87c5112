using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes the mask of a <see cref="MagnitudeBoundary"/>.</summary>
internal static class MagnitudeMaskKernel
{
    private const uint MagnitudeBits = 0x7FFF_FFFF;

    public static void Run(ReadOnlySpan<float> x, MagnitudeBoundary boundary, long start, Span<float> target)
    {
        // Ties before, between and after the two indices; in all but one or two tiles only one of the three parts is not empty.
        var first = (int)Math.Clamp(boundary.FirstTie - start, 0, target.Length);
        var end = (int)Math.Clamp(boundary.LastTie - start + 1, first, target.Length);
        WriteAtLeast(x[..first], boundary.Bits + 1, target[..first]);
        WriteAtLeast(x[first..end], boundary.Bits, target[first..end]);
        WriteAtLeast(x[end..], boundary.Bits + 1, target[end..]);
    }

    /// <summary>1 where the magnitude's bits are at least <paramref name="least"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteAtLeast(ReadOnlySpan<float> x, uint least, Span<float> target)
    {
        var bits = MemoryMarshal.Cast<float, uint>(x);
        ref var bits0 = ref MemoryMarshal.GetReference(bits);
        ref var target0 = ref MemoryMarshal.GetReference(target);
        var magnitude = Vector512.Create(MagnitudeBits);
        var threshold = Vector512.Create(least);
        var i = 0;
        for (; i <= target.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            var selected = Vector512.GreaterThanOrEqual(Vector512.LoadUnsafe(ref bits0, (nuint)i) & magnitude, threshold);
            (selected.AsSingle() & Vector512<float>.One).StoreUnsafe(ref target0, (nuint)i);
        }

        for (; i < target.Length; i++)
        {
            target[i] = (bits[i] & MagnitudeBits) >= least ? 1 : 0;
        }
    }
}
