namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Finds a rank among magnitudes in memory by radix selection: magnitudes order like their bits, and a histogram of the upper 11 bits, then
/// of the next ten within the decisive bucket, then of the last ten, leads to it.
/// </summary>
internal static class MagnitudeRank
{
    private const int UpperBits = 11;
    private const int LowerBits = 10;
    private const int UpperShift = 2 * LowerBits;

    /// <summary>First bits of bucket <paramref name="bucket"/> of <see cref="CountUpper"/>.</summary>
    public static uint FirstOf(int bucket) => (uint)bucket << UpperShift;

    /// <summary>A histogram over the upper bits of magnitudes.</summary>
    public static int[] CountUpper(ReadOnlySpan<uint> magnitudes)
    {
        var counts = new int[1 << UpperBits];
        foreach (var magnitude in magnitudes)
        {
            counts[magnitude >> UpperShift]++;
        }

        return counts;
    }

    /// <summary>Goes from the largest bucket down until <paramref name="rank"/> elements are covered.</summary>
    /// <returns>The bucket that holds the last of them, how many are needed from it, and how many it holds.</returns>
    public static (int Bucket, long Remaining, long InBucket) Descend(ReadOnlySpan<int> histogram, long rank)
    {
        var bucket = histogram.Length - 1;
        while (histogram[bucket] < rank)
        {
            rank -= histogram[bucket--];
        }

        return (bucket, rank, histogram[bucket]);
    }

    /// <summary>The <paramref name="rank"/>-th largest of some magnitudes, 1 being the largest.</summary>
    public static RankedMagnitude Find(IReadOnlyList<ArraySegment<uint>> lists, long rank)
    {
        Span<int> counts = stackalloc int[1 << UpperBits];
        var (bits, inClass) = (0u, 0L);
        foreach (var (shift, width) in new[] { (UpperShift, UpperBits), (LowerBits, LowerBits), (0, LowerBits) })
        {
            counts.Clear();
            foreach (var list in lists)
            {
                Count(list, bits, shift, width, counts);
            }

            (var bucket, rank, inClass) = Descend(counts[..(1 << width)], rank);
            bits |= (uint)bucket << shift;
        }

        return new RankedMagnitude(bits, rank, inClass);
    }

    /// <summary>Counts the digit of <paramref name="width"/> bits at <paramref name="shift"/> of the magnitudes whose bits above it are those of <paramref name="prefix"/>.</summary>
    private static void Count(ReadOnlySpan<uint> magnitudes, uint prefix, int shift, int width, Span<int> counts)
    {
        var digits = 1u << width;
        foreach (var magnitude in magnitudes)
        {
            var digit = (magnitude - prefix) >> shift;
            if (digit < digits)
            {
                counts[(int)digit]++;
            }
        }
    }
}
