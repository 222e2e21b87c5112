using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>Operations on float64 vectors with the same bits on any hardware.</summary>
internal static class Vectors
{
    /// <summary>⟨x, y⟩ in sixteen fixed lanes.</summary>
    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var i = 0;
        for (; i <= x.Length - 16; i += 16)
        {
            low += Vector512.LoadUnsafe(ref x0, (nuint)i) * Vector512.LoadUnsafe(ref y0, (nuint)i);
            high += Vector512.LoadUnsafe(ref x0, (nuint)i + 8) * Vector512.LoadUnsafe(ref y0, (nuint)i + 8);
        }

        var lanes = low + high;
        double sum = 0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
        {
            sum += lanes.GetElement(lane);
        }

        for (; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    /// <summary>sum += factor · x.</summary>
    public static void AddScaled(Span<double> sum, double factor, ReadOnlySpan<double> x) => TensorPrimitives.MultiplyAdd(x, factor, sum, sum);
}
