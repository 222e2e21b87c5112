using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Counts values above zero.</summary>
internal static class PositiveCountKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Run(ReadOnlySpan<float> x)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        var counts = Vector256<int>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            // True is −1 in every lane.
            counts -= Vector256.GreaterThan(Vector256.LoadUnsafe(ref x0, (nuint)i), Vector256<float>.Zero).AsInt32();
        }

        var count = Vector256.Sum(counts);
        for (; i < x.Length; i++)
        {
            count += x[i] > 0 ? 1 : 0;
        }

        return count;
    }
}
