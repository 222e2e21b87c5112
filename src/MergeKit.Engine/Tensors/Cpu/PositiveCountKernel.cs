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
        var counts = Vector512<int>.Zero;
        var i = 0;
        for (; i <= x.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            // True is −1 in every lane.
            counts -= Vector512.GreaterThan(Vector512.LoadUnsafe(ref x0, (nuint)i), Vector512<float>.Zero).AsInt32();
        }

        var count = Vector512.Sum(counts);
        for (; i < x.Length; i++)
        {
            count += x[i] > 0 ? 1 : 0;
        }

        return count;
    }
}
