namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Finds boundaries wherever they are: two histogram passes, and one more where ties have to be divided.
/// </summary>
internal static class HistogramSelection
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
            var magnitude = new RankedMagnitude(((uint)upperRanks[i].Bucket << 16) | (uint)rank.Bucket, rank.Remaining, rank.InBucket);
            boundaries[i] = magnitude.Boundary;
            if (magnitude.Split(i, tensors[i], requests[i].Ties) is { } split)
            {
                splits.Add(split);
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
        var location = new TieLocation(scheduler, pass.Roots);
        for (var i = 0; i < splits.Count; i++)
        {
            var ties = splits[i].Ties;
            var tile = 0;
            for (; pass.Counts(i)[tile] < ties; tile++)
            {
                ties -= pass.Counts(i)[tile];
            }

            boundaries[splits[i].Request] = splits[i].At(location.IndexOf(splits[i], tile, (int)ties));
        }
    }
}
