using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Counts magnitudes by their bits. Magnitudes (float32 without sign) order like their bits, so a histogram over the upper 15 and one
/// over the lower 16 of the 31 bits finds any rank exactly: radix selection.
/// </summary>
internal sealed class MagnitudeHistogramPass(IReadOnlyList<Tensor> tensors, IReadOnlyList<uint>? upperBits) : TilePass
{
    private const uint MagnitudeBits = 0x7FFF_FFFF;

    /// <summary>Bytes for the histograms of all workers together.</summary>
    private const long MemoryLimit = 64 << 20;

    private long[][][] counts = [];

    public override IReadOnlyList<Tensor> Roots { get; } = tensors;

    public override int MaximumWorkers => (int)Math.Max(1, MemoryLimit / ((long)Roots.Count * Buckets * sizeof(long)));

    private int Buckets => upperBits is null ? 1 << 15 : 1 << 16;

    /// <summary>Counts per bucket of one tensor.</summary>
    public long[] Histogram(int tensor)
    {
        var total = new long[counts[0][tensor].Length];
        foreach (var worker in counts)
        {
            for (var bucket = 0; bucket < total.Length; bucket++)
            {
                total[bucket] += worker[tensor][bucket];
            }
        }

        return total;
    }

    public override void Begin(int workers, long tiles)
    {
        counts = [.. Enumerable.Range(0, workers).Select(_ => Roots.Select(_ => new long[Buckets]).ToArray())];
    }

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var root = 0; root < Roots.Count; root++)
        {
            var histogram = counts[workerNumber][root];
            var values = MemoryMarshal.Cast<float, uint>(tile[root]);
            if (upperBits is null)
            {
                CountUpper(values, histogram);
            }
            else
            {
                CountLower(values, upperBits[root], histogram);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CountUpper(ReadOnlySpan<uint> values, long[] histogram)
    {
        foreach (var value in values)
        {
            histogram[(value & MagnitudeBits) >> 16]++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CountLower(ReadOnlySpan<uint> values, uint upper, long[] histogram)
    {
        foreach (var value in values)
        {
            if ((value & MagnitudeBits) >> 16 == upper)
            {
                histogram[value & 0xFFFF]++;
            }
        }
    }
}
