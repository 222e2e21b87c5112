namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Finds the boundaries of the k largest magnitudes of several tensors together: two histogram passes, and one more where ties have to be
/// divided.
/// </summary>
internal static class MagnitudeSelection
{
    public static MagnitudeBoundary[] Select(TileScheduler scheduler, IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests)
    {
        var tensors = requests.Select(request => request.X).ToArray();
        var upper = new MagnitudeHistogramPass(tensors, null);
        scheduler.Run(upper);
        var upperRanks = requests.Select((request, i) => Descend(upper.Histogram(i), request.Count)).ToArray();
        var lower = new MagnitudeHistogramPass(tensors, [.. upperRanks.Select(rank => (uint)rank.Bucket)]);
        scheduler.Run(lower);

        var boundaries = new MagnitudeBoundary[requests.Count];
        var splits = new List<TieSplit>();
        for (var i = 0; i < requests.Count; i++)
        {
            var rank = Descend(lower.Histogram(i), upperRanks[i].Remaining);
            boundaries[i] = new MagnitudeBoundary(((uint)upperRanks[i].Bucket << 16) | (uint)rank.Bucket, 0, long.MaxValue - 1);
            if (rank.Remaining < rank.InBucket)
            {
                var isLowest = requests[i].Ties == TieOrder.LowestIndexFirst;
                splits.Add(new TieSplit(i, tensors[i], boundaries[i].Bits, isLowest ? rank.Remaining : rank.InBucket - rank.Remaining, isLowest));
            }
        }

        if (splits.Count > 0)
        {
            Divide(scheduler, splits, boundaries);
        }

        return boundaries;
    }

    /// <summary>Goes from the largest bucket down until <paramref name="count"/> elements are covered.</summary>
    /// <returns>The bucket that holds the last of them, how many are needed from it, and how many it holds.</returns>
    private static (int Bucket, long Remaining, long InBucket) Descend(long[] histogram, long count)
    {
        var bucket = histogram.Length - 1;
        while (histogram[bucket] < count)
        {
            count -= histogram[bucket--];
        }

        return (bucket, count, histogram[bucket]);
    }

    private static void Divide(TileScheduler scheduler, List<TieSplit> splits, MagnitudeBoundary[] boundaries)
    {
        var pass = new TieCountPass([.. splits.Select(split => (split.X, split.Bits))]);
        scheduler.Run(pass);
        var needsRows = TileProgram.NeedsRows(pass.Roots);
        for (var i = 0; i < splits.Count; i++)
        {
            var split = splits[i];
            var last = IndexOfTie(scheduler, split, pass.Counts(i), needsRows);
            boundaries[split.Request] = split.IsLowest
                ? new MagnitudeBoundary(split.Bits, 0, last)
                : new MagnitudeBoundary(split.Bits, last + 1, long.MaxValue - 1);
        }
    }

    /// <summary>Flat index of the last of the first <c>split.Ties</c> elements of the magnitude.</summary>
    private static long IndexOfTie(TileScheduler scheduler, TieSplit split, int[] tiesPerTile, bool needsRows)
    {
        var tileLength = TileProgram.TileLengthOf([split.X], needsRows);
        var ties = split.Ties;
        var tile = 0;
        while (tiesPerTile[tile] < ties)
        {
            ties -= tiesPerTile[tile++];
        }

        var start = (long)tile * tileLength;
        var values = new float[Math.Min(tileLength, split.X.Shape.ElementCount - start)];
        scheduler.Evaluate(split.X, start, values, needsRows);
        var index = -1;
        while (ties > 0)
        {
            index++;
            ties -= (BitConverter.SingleToUInt32Bits(values[index]) & 0x7FFF_FFFF) == split.Bits ? 1 : 0;
        }

        return start + index;
    }

    /// <summary>A request of which some elements of the boundary's magnitude are selected: the first <c>Ties</c>, or all after them.</summary>
    private sealed record TieSplit(int Request, Tensor X, uint Bits, long Ties, bool IsLowest);
}
