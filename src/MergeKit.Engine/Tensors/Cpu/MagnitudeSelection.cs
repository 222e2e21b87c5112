namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Finds the threshold of the k largest magnitudes of several tensors together: two histogram passes, and one more where a tie has to be split.</summary>
internal static class MagnitudeSelection
{
    public static MagnitudeThreshold[] Select(TileScheduler scheduler, IReadOnlyList<(Tensor X, long Count)> requests)
    {
        var tensors = requests.Select(request => request.X).ToArray();
        var upper = new MagnitudeHistogramPass(tensors, null);
        scheduler.Run(upper);
        var upperRanks = requests.Select((request, i) => Descend(upper.Histogram(i), request.Count)).ToArray();
        var lower = new MagnitudeHistogramPass(tensors, [.. upperRanks.Select(rank => (uint)rank.Bucket)]);
        scheduler.Run(lower);

        var thresholds = new MagnitudeThreshold[requests.Count];
        var splits = new List<(int Request, uint Bits, long Ties)>();
        for (var i = 0; i < requests.Count; i++)
        {
            var rank = Descend(lower.Histogram(i), upperRanks[i].Remaining);
            var bits = ((uint)upperRanks[i].Bucket << 16) | (uint)rank.Bucket;
            thresholds[i] = new MagnitudeThreshold(bits, long.MaxValue);
            if (rank.Remaining < rank.InBucket)
            {
                splits.Add((i, bits, rank.Remaining));
            }
        }

        if (splits.Count > 0)
        {
            SplitTies(scheduler, tensors, splits, thresholds);
        }

        return thresholds;
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

    private static void SplitTies(
        TileScheduler scheduler, Tensor[] tensors, List<(int Request, uint Bits, long Ties)> splits, MagnitudeThreshold[] thresholds)
    {
        var pass = new TieCountPass([.. splits.Select(split => (tensors[split.Request], split.Bits))]);
        scheduler.Run(pass);
        for (var i = 0; i < splits.Count; i++)
        {
            var (request, bits, ties) = splits[i];
            thresholds[request] = new MagnitudeThreshold(bits, LastTie(scheduler, tensors[request], bits, ties, pass.Counts(i)));
        }
    }

    private static long LastTie(TileScheduler scheduler, Tensor tensor, uint bits, long ties, int[] tiesPerTile)
    {
        var tile = 0;
        while (tiesPerTile[tile] < ties)
        {
            ties -= tiesPerTile[tile++];
        }

        var start = (long)tile * TileProgram.TileLength;
        var values = new float[Math.Min(TileProgram.TileLength, tensor.Shape.ElementCount - start)];
        scheduler.Evaluate(tensor, start, values);
        var index = -1;
        while (ties > 0)
        {
            index++;
            ties -= (BitConverter.SingleToUInt32Bits(values[index]) & 0x7FFF_FFFF) == bits ? 1 : 0;
        }

        return start + index;
    }
}
