using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Kullback-Leibler divergences of rows' softmaxes, to whose elements a small number is added. One per thread, because it keeps its buffers.
/// </summary>
/// <param name="rowLength">Elements of every row.</param>
internal sealed class RowDivergenceKernel(int rowLength)
{
    private const double Smallest = 1e-8;

    private readonly double[] first = new double[Padded(rowLength)];
    private readonly double[] second = new double[Padded(rowLength)];
    private readonly float[] paddedX = PaddedRow(rowLength);
    private readonly float[] paddedY = PaddedRow(rowLength);

    /// <summary>Σ p·ln(p/q) with p = softmax(x) + 1e-8 and q = softmax(y) + 1e-8.</summary>
    public double Run(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Run(x, y, Vector512.IsHardwareAccelerated);

    /// <inheritdoc cref="Run(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    /// <param name="x">A row.</param>
    /// <param name="y">The other row.</param>
    /// <param name="isWide">Whether to use vectors of 512 bits, or of 256; the result is the same.</param>
    internal double Run(ReadOnlySpan<float> x, ReadOnlySpan<float> y, bool isWide)
    {
        var (max, distance) = Compare(x, y);
        return distance <= NearDivergence.MostDistance
            ? NearDivergence.Run(Pad(x, float.MinValue, paddedX), Pad(y, float.MinValue, paddedY), max, Smallest, first, second, isWide)
            : DistantDivergence.Run(Pad(x, float.NegativeInfinity, paddedX), Pad(y, float.NegativeInfinity, paddedY), Smallest, first, second);
    }

    private static int Padded(int length) => (length + NearDivergence.Block - 1) / NearDivergence.Block * NearDivergence.Block;

    /// <summary>Room for a row as long as whole blocks; none if rows are that long.</summary>
    private static float[] PaddedRow(int length) => Padded(length) == length ? [] : new float[Padded(length)];

    /// <summary>A row as long as whole blocks.</summary>
    private static ReadOnlySpan<float> Pad(ReadOnlySpan<float> row, float value, float[] buffer)
    {
        if (buffer.Length == 0)
        {
            return row;
        }

        row.CopyTo(buffer);
        buffer.AsSpan(row.Length).Fill(value);
        return buffer;
    }

    /// <summary>The largest element of y, if all are finite, and the largest |x − y|, which is NaN or infinite if not all are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (float Max, float Distance) Compare(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y);
        var (maxima, distances) = (Vector256.Create(float.NegativeInfinity), Vector256<uint>.Zero);
        var i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var values = Vector256.LoadUnsafe(ref y0, (nuint)i);
            maxima = Vector256.MaxNative(maxima, values);

            // As bits, because those of NaN are above all others.
            distances = Vector256.Max(distances, Vector256.Abs(Vector256.LoadUnsafe(ref x0, (nuint)i) - values).AsUInt32());
        }

        var (max, distance) = (float.NegativeInfinity, 0u);
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            (max, distance) = (Math.Max(max, maxima[lane]), Math.Max(distance, distances[lane]));
        }

        for (; i < x.Length; i++)
        {
            (max, distance) = (Math.Max(max, y[i]), Math.Max(distance, BitConverter.SingleToUInt32Bits(Math.Abs(x[i] - y[i]))));
        }

        return (max, BitConverter.UInt32BitsToSingle(distance));
    }
}
