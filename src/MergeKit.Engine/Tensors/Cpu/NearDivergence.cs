using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// The Kullback-Leibler divergence of a row's softmax from that of a row close to it, as a fine-tune's is, to 10⁻¹² of its value. Differences are
/// not computed from their minuends: with b = e^y, Δ = e^x − e^y = b·(e^(x − y) − 1) and the sums B and D of these, p − q = Δ/(B + D) − b·D/(B·(B + D)).
/// As p and q have one sum, Σ p·ln(p/q) = Σ (p·ln(p/q) − p + q), of which no term is negative, so that nothing cancels out; for z = (p − q)/(p + q) the term
/// is (p − q)·z·(1 + z·(1 + z)·(1/3 + z²/5 + z⁴/7 + …)).
/// </summary>
internal static class NearDivergence
{
    /// <summary>How far elements may be from each other.</summary>
    public const float MostDistance = 1f / 32;

    /// <summary>Elements of rows are taken so many at a time.</summary>
    public const int Block = 16;

    /// <summary>Computes it in eight fixed lanes.</summary>
    /// <param name="x">A row, made as long as whole blocks; all finite.</param>
    /// <param name="y">The other row. What makes it longer is the same as in x, and too small to count.</param>
    /// <param name="max">The largest of y's elements.</param>
    /// <param name="smallest">What is added to every element of p and of q.</param>
    /// <param name="powers">Room for as many numbers as there are elements.</param>
    /// <param name="changes">As much room again.</param>
    /// <param name="isWide">Whether to use vectors of 512 bits, or of 256; the result is the same.</param>
    public static double Run(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, double max, double smallest, Span<double> powers, Span<double> changes, bool isWide)
    {
        var (sum, change) = isWide ? Exponentiate512(x, y, max, powers, changes) : Exponentiate256(x, y, max, powers, changes);
        var sumOfX = sum + change;
        var (ofChange, ofPower, twice) = (1 / sumOfX, -change / (sum * sumOfX), 2 / sum);
        return isWide
            ? Add512(powers, changes, ofChange, ofPower, twice, 2 * smallest)
            : Add256(powers, changes, ofChange, ofPower, twice, 2 * smallest);
    }

    /// <summary>Writes b and Δ.</summary>
    /// <returns>Their sums.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Power, double Change) Exponentiate512(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, double max, Span<double> powers, Span<double> changes)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        ref var powers0 = ref MemoryMarshal.GetReference(powers);
        ref var changes0 = ref MemoryMarshal.GetReference(changes);
        var (powerSums, changeSums) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var maxima = Vector512.Create(max);
        for (var i = 0; i < x.Length; i += Block)
        {
            var (x1, x2) = Vector512.Widen(Vector512.LoadUnsafe(ref x0, (nuint)i));
            var (y1, y2) = Vector512.Widen(Vector512.LoadUnsafe(ref y0, (nuint)i));
            var (power1, power2) = (Float64Lanes.ExpOfNegative(y1 - maxima), Float64Lanes.ExpOfNegative(y2 - maxima));
            var change1 = Float64Lanes.ExpMinusOneOfSmall(x1 - y1) * power1;
            var change2 = Float64Lanes.ExpMinusOneOfSmall(x2 - y2) * power2;
            powerSums = powerSums + power1 + power2;
            changeSums = changeSums + change1 + change2;
            power1.StoreUnsafe(ref powers0, (nuint)i);
            power2.StoreUnsafe(ref powers0, (nuint)i + Block / 2);
            change1.StoreUnsafe(ref changes0, (nuint)i);
            change2.StoreUnsafe(ref changes0, (nuint)i + Block / 2);
        }

        return (Lanes.Sum(powerSums), Lanes.Sum(changeSums));
    }

    /// <inheritdoc cref="Exponentiate512"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (double Power, double Change) Exponentiate256(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, double max, Span<double> powers, Span<double> changes)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        ref var powers0 = ref MemoryMarshal.GetReference(powers);
        ref var changes0 = ref MemoryMarshal.GetReference(changes);
        var (powerSums1, powerSums2) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var (changeSums1, changeSums2) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var maxima = Vector256.Create(max);
        for (var i = 0; i < x.Length; i += Block / 2)
        {
            var (x1, x2) = Vector256.Widen(Vector256.LoadUnsafe(ref x0, (nuint)i));
            var (y1, y2) = Vector256.Widen(Vector256.LoadUnsafe(ref y0, (nuint)i));
            var (power1, power2) = (Float64Lanes.ExpOfNegative(y1 - maxima), Float64Lanes.ExpOfNegative(y2 - maxima));
            var change1 = Float64Lanes.ExpMinusOneOfSmall(x1 - y1) * power1;
            var change2 = Float64Lanes.ExpMinusOneOfSmall(x2 - y2) * power2;
            (powerSums1, powerSums2) = (powerSums1 + power1, powerSums2 + power2);
            (changeSums1, changeSums2) = (changeSums1 + change1, changeSums2 + change2);
            power1.StoreUnsafe(ref powers0, (nuint)i);
            power2.StoreUnsafe(ref powers0, (nuint)i + Block / 4);
            change1.StoreUnsafe(ref changes0, (nuint)i);
            change2.StoreUnsafe(ref changes0, (nuint)i + Block / 4);
        }

        return (Lanes.Sum(powerSums1, powerSums2), Lanes.Sum(changeSums1, changeSums2));
    }

    /// <summary>The sum of the terms.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Add512(ReadOnlySpan<double> powers, ReadOnlySpan<double> changes, double ofChange, double ofPower, double twice, double smallest)
    {
        ref var powers0 = ref MemoryMarshal.GetReference(powers);
        ref var changes0 = ref MemoryMarshal.GetReference(changes);
        var sums = Vector512<double>.Zero;
        for (var i = 0; i < powers.Length; i += Block / 2)
        {
            var power = Vector512.LoadUnsafe(ref powers0, (nuint)i);
            var difference = Vector512.FusedMultiplyAdd(power, Vector512.Create(ofPower), Vector512.LoadUnsafe(ref changes0, (nuint)i) * ofChange);
            var z = difference / (Vector512.FusedMultiplyAdd(power, Vector512.Create(twice), Vector512.Create(smallest)) + difference);
            var square = z * z;
            var series = Vector512.FusedMultiplyAdd(square, Vector512.Create(1.0 / 9), Vector512.Create(1.0 / 7));
            series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 5));
            series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(1.0 / 3));
            sums = Vector512.FusedMultiplyAdd(difference * z, Vector512.FusedMultiplyAdd(series, z + square, Vector512<double>.One), sums);
        }

        return Lanes.Sum(sums);
    }

    /// <inheritdoc cref="Add512"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Add256(ReadOnlySpan<double> powers, ReadOnlySpan<double> changes, double ofChange, double ofPower, double twice, double smallest)
    {
        ref var powers0 = ref MemoryMarshal.GetReference(powers);
        ref var changes0 = ref MemoryMarshal.GetReference(changes);
        var (sums, nextSums) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var i = 0; i < powers.Length; i += Block / 4)
        {
            var power = Vector256.LoadUnsafe(ref powers0, (nuint)i);
            var difference = Vector256.FusedMultiplyAdd(power, Vector256.Create(ofPower), Vector256.LoadUnsafe(ref changes0, (nuint)i) * ofChange);
            var z = difference / (Vector256.FusedMultiplyAdd(power, Vector256.Create(twice), Vector256.Create(smallest)) + difference);
            var square = z * z;
            var series = Vector256.FusedMultiplyAdd(square, Vector256.Create(1.0 / 9), Vector256.Create(1.0 / 7));
            series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(1.0 / 5));
            series = Vector256.FusedMultiplyAdd(series, square, Vector256.Create(1.0 / 3));
            (sums, nextSums) = (nextSums, Vector256.FusedMultiplyAdd(difference * z, Vector256.FusedMultiplyAdd(series, z + square, Vector256<double>.One), sums));
        }

        return Lanes.Sum(sums, nextSums);
    }
}
