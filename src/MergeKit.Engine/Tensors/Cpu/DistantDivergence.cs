using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// The Kullback-Leibler divergence of a row's softmax from that of any other row, to 10⁻¹⁴ for rows that differ much. Few rows of a fine-tune are
/// so far from its base that <see cref="NearDivergence"/> is not for them; so there is one width of vectors only.
/// </summary>
internal static class DistantDivergence
{
    private const int Half = 4;

    /// <summary>Computes it in eight fixed lanes.</summary>
    /// <param name="x">A row, made as long as whole blocks of eight by elements of −∞.</param>
    /// <param name="y">The other row.</param>
    /// <param name="smallest">What is added to every element of p and of q.</param>
    /// <param name="ofX">Room for as many numbers as there are elements.</param>
    /// <param name="ofY">As much room again.</param>
    public static double Run(ReadOnlySpan<float> x, ReadOnlySpan<float> y, double smallest, Span<double> ofX, Span<double> ofY)
    {
        var (xSum, ySum) = (Exponentiate(x, ofX), Exponentiate(y, ofY));
        return Add(ofX, 1 / xSum, ofY, 1 / ySum, smallest);
    }

    /// <summary>Writes eˣ for every value, less the largest one.</summary>
    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Exponentiate(ReadOnlySpan<float> values, Span<double> destination)
    {
        ref var values0 = ref MemoryMarshal.GetReference(values);
        ref var destination0 = ref MemoryMarshal.GetReference(destination);
        var max = Vector256.Create((double)TensorPrimitives.Max(values));
        var (lowSums, highSums) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var i = 0; i < values.Length; i += 2 * Half)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref values0, (nuint)i));
            (low, high) = (Float64Lanes.ExpOfNegative(low - max), Float64Lanes.ExpOfNegative(high - max));
            (lowSums, highSums) = (lowSums + low, highSums + high);
            low.StoreUnsafe(ref destination0, (nuint)i);
            high.StoreUnsafe(ref destination0, (nuint)i + Half);
        }

        return Lanes.Sum(lowSums, highSums);
    }

    /// <summary>Σ p·ln(p/q), where p and q are the given powers, scaled; those added at the end of a row are equal and add nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Add(ReadOnlySpan<double> x, double xFactor, ReadOnlySpan<double> y, double yFactor, double smallest)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var least = Vector256.Create(smallest);
        var (sums, nextSums) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var i = 0; i < x.Length; i += Half)
        {
            var p = Vector256.LoadUnsafe(ref x0, (nuint)i) * xFactor + least;
            var q = Vector256.LoadUnsafe(ref y0, (nuint)i) * yFactor + least;
            (sums, nextSums) = (nextSums, sums + p * Float64Lanes.LogOfRatio(p, q));
        }

        return Lanes.Sum(sums, nextSums);
    }
}
