using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Finds the boundaries of the k largest magnitudes exactly, in passes that hold one block: magnitudes order like their bits, so a histogram of the
/// upper 15 bits leads to a bucket, one of the lower 16 bits in it to the magnitude, and, where only some of its elements are selected, a count to the last of
/// them. Counts are integers, which no order of addition changes. NaN count as larger than infinity, and as equal to each other.
/// </summary>
internal sealed class DeviceSelection(DeviceLane lane, BlockRunner runner)
{
    private const int LowerBits = 16;
    private const int LowerBuckets = 1 << LowerBits;

    /// <summary>The bucket of infinity, and of NaN.</summary>
    private const int LastBucket = 0x7F80;

    /// <summary>Device memory per element: magnitudes, bucket numbers, and masks.</summary>
    private const int TemporaryBytes = 24;

    /// <summary>Finds a boundary for every request.</summary>
    public MagnitudeBoundary[] Select(IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests)
    {
        var upper = CountUpper([.. requests.Select(request => request.X).Distinct()]);
        var buckets = requests.Select(request => Descend(upper[request.X], request.Count)).ToArray();
        var lower = CountLower([.. requests.Select((request, i) => (request.X, buckets[i].Bucket)).Distinct()]);
        var boundaries = new MagnitudeBoundary[requests.Count];
        var splits = new List<TieSplit>();
        for (var i = 0; i < requests.Count; i++)
        {
            var (x, _, ties) = requests[i];
            var (bucket, remaining, count) = Descend(lower[(x, buckets[i].Bucket)], buckets[i].Remaining);
            var magnitude = new RankedMagnitude(((uint)buckets[i].Bucket << LowerBits) | (uint)bucket, remaining, count);
            boundaries[i] = magnitude.Boundary;
            if (magnitude.Split(i, x, ties) is { } split)
            {
                splits.Add(split);
            }
        }

        Divide(splits, boundaries);
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

    private Dictionary<Tensor, long[]> CountUpper(Tensor[] tensors)
    {
        var histograms = tensors.ToDictionary(tensor => tensor, _ => new long[LastBucket + 1]);
        using var starts = Starts(0, LowerBits, LastBucket);
        runner.Run(new BlockProgram(tensors, 0), TemporaryBytes, keep: true, (_, values, _) =>
        {
            Add(values.Select(value => Count(value.abs(), starts, LastBucket + 1)), tensors.Select(tensor => histograms[tensor]));
            return true;
        });
        return histograms;
    }

    private Dictionary<(Tensor X, int Bucket), long[]> CountLower((Tensor X, int Bucket)[] buckets)
    {
        var histograms = buckets.ToDictionary(bucket => bucket, _ => new long[LowerBuckets]);
        using var scope = torch.NewDisposeScope();
        var starts = buckets.Select(bucket => bucket.Bucket == LastBucket ? null : Starts((uint)bucket.Bucket << LowerBits, 0, LowerBuckets - 1)).ToArray();
        runner.Run(new BlockProgram([.. buckets.Select(bucket => bucket.X)], 0), TemporaryBytes, keep: true, (_, values, _) =>
        {
            Add(values.Select((value, i) => starts[i] is { } of ? CountBucket(value.abs(), buckets[i].Bucket, of) : CountLast(value)), buckets.Select(bucket => histograms[bucket]));
            return true;
        });
        return histograms;
    }

    private static void Add(IEnumerable<long[]> counts, IEnumerable<long[]> histograms)
    {
        // All of a block, or nothing: it comes again if memory runs out.
        foreach (var (of, histogram) in counts.ToArray().Zip(histograms))
        {
            for (var i = 0; i < of.Length; i++)
            {
                histogram[i] += of[i];
            }
        }
    }

    /// <summary>A histogram of magnitudes by the number of starts that they reach.</summary>
    private long[] Count(TorchTensor magnitudes, TorchTensor starts, int buckets)
    {
        using var scope = torch.NewDisposeScope();
        return lane.Download<long>(magnitudes.bucketize(starts, outInt32: true, right: true).bincount(null, buckets));
    }

    private long[] CountBucket(TorchTensor magnitudes, int bucket, TorchTensor starts)
    {
        using var scope = torch.NewDisposeScope();
        using var first = FromBits((uint)bucket << LowerBits).ToScalar();
        using var next = FromBits((uint)(bucket + 1) << LowerBits).ToScalar();
        var inside = magnitudes.masked_select(magnitudes.ge(first).logical_and_(magnitudes.lt(next)));
        return Count(inside, starts, LowerBuckets);
    }

    /// <summary>Infinities and NaN: the only magnitudes in the last bucket.</summary>
    private static long[] CountLast(TorchTensor value)
    {
        using var scope = torch.NewDisposeScope();
        return [value.isinf().sum().item<long>(), value.isnan().sum().item<long>()];
    }

    private void Divide(List<TieSplit> splits, MagnitudeBoundary[] boundaries)
    {
        if (splits.Count == 0)
        {
            return;
        }

        var ties = splits.Select(split => split.Ties).ToArray();
        runner.Run(new BlockProgram([.. splits.Select(split => split.X)], 0), TemporaryBytes, keep: true, (block, values, _) =>
        {
            var found = splits.Select((split, i) => ties[i] <= 0 ? (0, -1) : Find(values[i], boundaries[split.Request].Magnitude, ties[i])).ToArray();
            for (var i = 0; i < found.Length; i++)
            {
                ties[i] -= found[i].Count;
                boundaries[splits[i].Request] = found[i].Index < 0 ? boundaries[splits[i].Request] : splits[i].At(block.Start + found[i].Index);
            }

            return ties.Any(left => left > 0);
        });
    }

    /// <summary>How many of a magnitude's first elements a block has, at most those asked for, and the index in it of the last if it has them all.</summary>
    private static (long Count, long Index) Find(TorchTensor value, float magnitude, long ties)
    {
        using var scope = torch.NewDisposeScope();
        var equal = MagnitudeMasks.EqualTo(value.abs(), magnitude);
        var count = equal.sum().item<long>();
        return count < ties ? (count, -1) : (ties, equal.nonzero().view(-1).narrow(0, ties - 1, 1).item<long>());
    }

    /// <summary>The magnitudes with which buckets begin, but for the first one.</summary>
    private TorchTensor Starts(uint first, int shift, int count)
    {
        var starts = new float[count];
        for (var i = 0; i < count; i++)
        {
            starts[i] = FromBits(first + ((uint)(i + 1) << shift));
        }

        using var mode = torch.inference_mode();
        return lane.Upload<float>(starts, torch.ScalarType.Float32);
    }

    private static float FromBits(uint bits) => BitConverter.UInt32BitsToSingle(bits);
}
