using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Σ|x| in float64, in fixed <see cref="Lanes"/>.</summary>
internal static class AbsoluteSumKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Run(ReadOnlySpan<float> x)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        var (first, second, third, fourth) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            var (x1, x2) = Vector512.Widen(Vector512.Abs(Vector512.LoadUnsafe(ref x0, (nuint)i)));
            var (x3, x4) = Vector512.Widen(Vector512.Abs(Vector512.LoadUnsafe(ref x0, (nuint)i + (Lanes.Count / 2))));
            first += x1;
            second += x2;
            third += x3;
            fourth += x4;
        }

        var sum = Lanes.Sum(first, second, third, fourth);
        for (; i < x.Length; i++)
        {
            sum += Math.Abs((double)x[i]);
        }

        return sum;
    }
}
