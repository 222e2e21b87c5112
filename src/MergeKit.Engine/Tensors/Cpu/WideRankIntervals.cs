using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// The ranks of magnitudes in a row within half an octave, for sixteen elements at a time: so few intervals that vector registers hold
/// them all. Needs AVX-512.
/// </summary>
internal readonly struct WideRankIntervals
{
    private const int Count = 32;

    private readonly Vector512<float> lowestOfFirst;
    private readonly Vector512<float> lowestOfSecond;
    private readonly Vector512<float> highestOfFirst;
    private readonly Vector512<float> highestOfSecond;
    private readonly Vector512<uint> lowestPrefix;
    private readonly int bucketShift;
    private readonly int intervalShift;

    /// <summary>Joins the buckets of a histogram.</summary>
    /// <param name="bucketStarts">Number of elements below every bucket.</param>
    /// <param name="bucketShift">Bits of a magnitude below those that say its bucket.</param>
    /// <param name="lowestPrefix">Those bits for the lowest bucket.</param>
    /// <param name="bucketBits">Logarithm of the number of buckets in an octave.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public WideRankIntervals(ReadOnlySpan<uint> bucketStarts, int bucketShift, uint lowestPrefix, int bucketBits)
    {
        this.bucketShift = bucketShift;
        this.lowestPrefix = Vector512.Create(lowestPrefix);
        intervalShift = Math.Max(0, bucketBits - 1);
        Span<float> starts = stackalloc float[Count + 1];
        for (var interval = 0; interval <= Count; interval++)
        {
            starts[interval] = bucketStarts[Math.Min(interval << intervalShift, RowRanks.Octaves << bucketBits)];
        }

        lowestOfFirst = Vector512.Create<float>(starts);
        lowestOfSecond = Vector512.Create<float>(starts[(Count / 2)..]);
        highestOfFirst = Vector512.Create<float>(starts[1..]);
        highestOfSecond = Vector512.Create<float>(starts[(Count / 2 + 1)..]);
    }

    /// <summary>The lowest and the highest ranks, or one more, of elements with these bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<float> Lowest, Vector512<float> Highest) Of(Vector512<uint> bits)
    {
        var prefix = Vector512.Max((bits & Vector512.Create(RowRanks.MagnitudeBits)) >>> bucketShift, lowestPrefix);
        var interval = ((prefix - lowestPrefix) >>> intervalShift).AsInt32();
        return (Avx512F.PermuteVar16x32x2(lowestOfFirst, interval, lowestOfSecond), Avx512F.PermuteVar16x32x2(highestOfFirst, interval, highestOfSecond));
    }
}
