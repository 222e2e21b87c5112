using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>⟨x, y⟩ in float64, in fixed <see cref="Lanes"/>.</summary>
internal static class DotKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Run(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(y.Length, x.Length);
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var (first, second, third, fourth) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= x.Length - Lanes.Count; i += Lanes.Count)
        {
            var (x1, x2) = Vector512.Widen(Vector512.LoadUnsafe(ref x0, (nuint)i));
            var (x3, x4) = Vector512.Widen(Vector512.LoadUnsafe(ref x0, (nuint)i + (Lanes.Count / 2)));
            var (y1, y2) = Vector512.Widen(Vector512.LoadUnsafe(ref y0, (nuint)i));
            var (y3, y4) = Vector512.Widen(Vector512.LoadUnsafe(ref y0, (nuint)i + (Lanes.Count / 2)));
            first += x1 * y1;
            second += x2 * y2;
            third += x3 * y3;
            fourth += x4 * y4;
        }

        var sum = Lanes.Sum(first, second, third, fourth);
        for (; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }
}
