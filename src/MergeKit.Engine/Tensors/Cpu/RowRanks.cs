using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Ranks of magnitudes in a row, ascending, equal ones by index. A histogram of the row bounds the rank of every element; what more is to
/// be known about one is found out when it is asked for. One per thread, because it keeps its buffers.
/// </summary>
internal sealed class RowRanks
{
    public const uint MagnitudeBits = 0x7FFF_FFFF;

    /// <summary>Powers of two below the largest magnitude that the histogram resolves; its lowest bucket takes all that is smaller.</summary>
    public const int Octaves = 10;

    private const int SignificandBits = 23;
    private const int MaximumBucketBits = 7;

    /// <summary>Comparing so many elements with their row takes as long as sorting it, whatever its length.</summary>
    private const int MaximumComparisons = 128;

    /// <summary>Of every bucket the number of elements that are the smallest number it takes, and of the others.</summary>
    private readonly uint[] counts = new uint[2 * (Octaves << MaximumBucketBits)];

    /// <summary>Number of elements below every bucket, and below the end of the last.</summary>
    private readonly uint[] starts = new uint[(Octaves << MaximumBucketBits) + 1];
    private readonly MagnitudeSorter sorter = new();
    private uint[] places = [];
    private int shift;
    private uint lowestPrefix;
    private int comparisons;

    /// <summary>Takes a row.</summary>
    public void Count(ReadOnlySpan<float> row)
    {
        if (places.Length < row.Length)
        {
            places = GC.AllocateUninitializedArray<uint>(row.Length);
        }

        var bucketBits = Math.Clamp(BitOperations.Log2((uint)row.Length) - 4, 0, MaximumBucketBits);
        shift = SignificandBits - bucketBits;
        var buckets = Octaves << bucketBits;
        var keys = MemoryMarshal.Cast<float, uint>(row);
        lowestPrefix = (uint)Math.Max(0, (int)(Largest(keys) >> shift) - (buckets - 1));
        comparisons = 0;
        FindBuckets(keys);
        CountBuckets(row.Length, buckets);
    }

    /// <summary>Intervals of ranks, a few in the whole row, for the vector code that x86 has for them.</summary>
    public WideRankIntervals WideIntervals => new(starts, shift, lowestPrefix, SignificandBits - shift);

    /// <summary>The lowest and the highest rank that an element may have.</summary>
    public (int Lowest, int Highest) Interval(ReadOnlySpan<float> row, int index)
    {
        var bucket = Bucket(Key(row, index));
        return ((int)starts[bucket], (int)starts[bucket + 1] - 1);
    }

    /// <summary>The rank of an element.</summary>
    public int RankOf(ReadOnlySpan<float> row, int index)
    {
        if (comparisons > MaximumComparisons)
        {
            return (int)places[index];
        }

        var key = Key(row, index);
        var bucket = Bucket(key);
        if (counts[2 * bucket + 1] == 0)
        {
            return (int)(starts[bucket] + places[index]);
        }

        if (++comparisons > MaximumComparisons)
        {
            Sort(row);
            return (int)places[index];
        }

        return CountBelow(row[..index], key + 1) + CountBelow(row[(index + 1)..], key);
    }

    private static uint Key(ReadOnlySpan<float> row, int index) => BitConverter.SingleToUInt32Bits(row[index]) & MagnitudeBits;

    private int Bucket(uint key) => (int)(Math.Max(key >> shift, lowestPrefix) - lowestPrefix);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static uint Largest(ReadOnlySpan<uint> keys)
    {
        ref var keys0 = ref MemoryMarshal.GetReference(keys);
        var largest = Vector512<uint>.Zero;
        var i = 0;
        for (; i <= keys.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            largest = Vector512.Max(largest, Vector512.LoadUnsafe(ref keys0, (nuint)i) & Vector512.Create(MagnitudeBits));
        }

        var result = 0U;
        for (var lane = 0; lane < Vector512<uint>.Count; lane++)
        {
            result = Math.Max(result, largest[lane]);
        }

        for (; i < keys.Length; i++)
        {
            result = Math.Max(result, keys[i] & MagnitudeBits);
        }

        return result;
    }

    /// <summary>Writes the index of every element's count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindBuckets(ReadOnlySpan<uint> keys)
    {
        ref var keys0 = ref MemoryMarshal.GetReference(keys);
        var lowest = Vector512.Create(lowestPrefix);
        var i = 0;
        for (; i <= keys.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            var key = Vector512.LoadUnsafe(ref keys0, (nuint)i) & Vector512.Create(MagnitudeBits);
            var prefix = Vector512.Max(key >>> shift, lowest);
            var first = Vector512.AndNot(prefix << shift, Vector512.Equals(prefix, lowest));

            // True is −1 in every lane.
            ((prefix - lowest << 1) + Vector512<uint>.One + Vector512.Equals(key, first)).StoreUnsafe(ref places[i]);
        }

        for (; i < keys.Length; i++)
        {
            var key = keys[i] & MagnitudeBits;
            var prefix = Math.Max(key >> shift, lowestPrefix);
            var first = prefix == lowestPrefix ? 0 : prefix << shift;
            places[i] = (prefix - lowestPrefix << 1) + (key == first ? 0U : 1);
        }
    }

    /// <summary>Counts; an element's place is the number of those before it that are counted together with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CountBuckets(int length, int buckets)
    {
        Array.Clear(counts, 0, 2 * buckets);
        ref var counts0 = ref MemoryMarshal.GetArrayDataReference(counts);
        foreach (ref var place in places.AsSpan(0, length))
        {
            ref var count = ref Unsafe.Add(ref counts0, place);
            place = count;
            count = place + 1;
        }

        var sum = 0U;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            starts[bucket] = sum;
            sum += counts[2 * bucket] + counts[2 * bucket + 1];
        }

        starts[buckets] = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(ReadOnlySpan<float> row)
    {
        var order = sorter.Ascending(row);
        for (var rank = 0; rank < order.Length; rank++)
        {
            places[order[rank]] = (uint)rank;
        }
    }

    /// <summary>How many magnitudes are below a bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int CountBelow(ReadOnlySpan<float> row, uint bound)
    {
        var keys = MemoryMarshal.Cast<float, uint>(row);
        ref var keys0 = ref MemoryMarshal.GetReference(keys);
        var counts = Vector512<uint>.Zero;
        var i = 0;
        for (; i <= keys.Length - Vector512<uint>.Count; i += Vector512<uint>.Count)
        {
            counts -= Vector512.LessThan(Vector512.LoadUnsafe(ref keys0, (nuint)i) & Vector512.Create(MagnitudeBits), Vector512.Create(bound));
        }

        var count = (int)Vector512.Sum(counts);
        for (; i < keys.Length; i++)
        {
            count += (keys[i] & MagnitudeBits) < bound ? 1 : 0;
        }

        return count;
    }
}
