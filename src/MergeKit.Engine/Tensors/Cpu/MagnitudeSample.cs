using System.Runtime.InteropServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Magnitudes of some elements of a tensor, in pieces from all over it; estimates where among all of them a rank is.</summary>
/// <param name="magnitudes">Bits of the magnitudes, one piece after the other.</param>
/// <param name="scratch">Room for as many, and <see cref="MagnitudeWindowKernel.Slack"/>.</param>
/// <param name="pieces">Number of pieces.</param>
internal sealed class MagnitudeSample(ReadOnlyMemory<uint> magnitudes, uint[] scratch, int pieces)
{
    /// <summary>Standard errors on either side of the estimated rank. A miss costs three passes more, a wider window a few elements to keep.</summary>
    private const double StandardErrors = 6;

    /// <summary>Ranks on either side that are added to them, for boundaries at the very end of the order.</summary>
    private const int LeastMargin = 16;

    private readonly int[] upper = MagnitudeRank.CountUpper(magnitudes.Span);

    /// <summary>The share of elements other than zero.</summary>
    public double NonZeroFraction => 1 - (double)magnitudes.Span.Count(0u) / magnitudes.Length;

    /// <summary>The window that almost surely holds the magnitude of which the given fraction of the tensor's elements are larger or equal.</summary>
    public MagnitudeWindow WindowOf(double fraction)
    {
        var rank = Math.Clamp((int)(fraction * magnitudes.Length), 1, magnitudes.Length);
        var guess = Find(rank);
        var margin = LeastMargin + (int)(StandardErrors * StandardError(guess));
        return new MagnitudeWindow(
            rank + margin > magnitudes.Length ? 0 : Find(rank + margin),
            rank - margin < 1 ? MagnitudeWindow.End : Find(rank - margin) + 1,
            guess);
    }

    private uint Find(int rank)
    {
        var (bucket, remaining, _) = MagnitudeRank.Descend(upper, rank);
        var window = new MagnitudeWindow(MagnitudeRank.FirstOf(bucket), MagnitudeRank.FirstOf(bucket + 1), MagnitudeWindow.End);
        var (_, _, count) = MagnitudeWindowKernel.Run(MemoryMarshal.Cast<uint, float>(magnitudes.Span), window, scratch);
        return MagnitudeRank.Find([new ArraySegment<uint>(scratch, 0, count)], remaining).Bits;
    }

    /// <summary>
    /// The standard error of the rank of a magnitude in the sample, from what the pieces say about it: elements next to each other are
    /// often alike, so that a piece tells less than as many elements from anywhere would.
    /// </summary>
    private double StandardError(uint bits)
    {
        var window = new MagnitudeWindow(bits + 1, bits + 1, bits);
        var length = magnitudes.Length / pieces;
        var (larger, largerSquares, least, leastSquares) = (0.0, 0.0, 0.0, 0.0);
        for (var piece = 0; piece < pieces; piece++)
        {
            var (above, guessed, _) = MagnitudeWindowKernel.Run(MemoryMarshal.Cast<uint, float>(magnitudes.Span.Slice(piece * length, length)), window, scratch);
            (larger, largerSquares) = (larger + above, largerSquares + (double)above * above);
            (least, leastSquares) = (least + above + guessed, leastSquares + Math.Pow(above + guessed, 2));
        }

        var variance = Math.Max(largerSquares - larger * larger / pieces, leastSquares - least * least / pieces);
        return Math.Sqrt(Math.Max(0, variance));
    }
}
