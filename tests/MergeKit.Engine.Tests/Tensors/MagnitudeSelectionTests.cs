using MergeKit.Engine.Tensors;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>Selection of the largest magnitudes against a stable sort.</summary>
public sealed class MagnitudeSelectionTests
{
    private static readonly (int Threads, int Chunk)[] Divisions = [(1, 4096), (3, 8192), (2, 1 << 20)];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20_001)]
    public void The_largest_are_selected_from_distinct_values(int length) =>
        AssertSelects(Noise.Normal(length, length), Counts(length));

    [Fact]
    public void Equal_magnitudes_are_selected_from_the_lowest_index_on()
    {
        var values = Noise.Normal(1, 30_000);
        FloatCodec.Round(DType.F8E4M3, values);
        Assert.InRange(values.Distinct().Count(), 2, 100);
        AssertSelects(values, Counts(values.Length));
    }

    [Fact]
    public void Equal_values_of_either_sign_are_ties()
    {
        float[] values = [.. Enumerable.Range(0, 10_000).Select(i => i % 3 == 0 ? -0.5f : 0.5f)];
        AssertSelects(values, [1, 4095, 4096, 4097, 8192, 9_999]);
    }

    [Fact]
    public void A_tensor_of_zeros_yields_its_first_elements()
    {
        float[] values = [.. Enumerable.Range(0, 9_000).Select(i => i % 2 == 0 ? 0f : -0f)];
        AssertSelects(values, [1, 4096, 8_999, 9_000]);
    }

    [Fact]
    public void Infinite_and_undefined_values_are_the_largest()
    {
        var values = Noise.Normal(2, 10_000);
        float[] extremes = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, -float.NaN, float.MaxValue, float.Epsilon, 0f, -0f];
        for (var i = 0; i < 400; i++)
        {
            values[i * 25] = extremes[i % extremes.Length];
        }

        AssertSelects(values, [1, 50, 99, 100, 150, 201, 9_750, 9_999]);
    }

    [Fact]
    public void Adjacent_values_are_told_apart()
    {
        var first = BitConverter.SingleToUInt32Bits(0.01f) & 0xFFFF_0000;
        float[] values = [.. Enumerable.Range(0, 70_000).Select(i => BitConverter.UInt32BitsToSingle(first + (uint)(i * 48_271L % 70_000)))];
        AssertSelects(values, [1, 4_464, 4_465, 35_000, 69_999]);
    }

    [Fact]
    public void Several_requests_share_one_pass()
    {
        var distinct = Noise.Normal(3, 12_345);
        var tied = Noise.Normal(4, 12_345);
        FloatCodec.Round(DType.F8E5M2, tied);
        var (x, y) = (MemoryTensor.Of(distinct), MemoryTensor.Of(tied));
        foreach (var (threads, chunk) in Divisions)
        {
            (Tensor X, long Count, TieOrder Ties)[] requests =
            [
                (x, 1, TieOrder.LowestIndexFirst), (y, 5_000, TieOrder.LowestIndexFirst), (x, 12_344, TieOrder.HighestIndexFirst),
                (x - y, 77, TieOrder.LowestIndexFirst), (y, 4_321, TieOrder.HighestIndexFirst),
            ];
            var masks = MemoryTensor.Math(threads, chunk).LargestMagnitudes(requests).Select((boundary, i) => new MagnitudeMask(requests[i].X, boundary)).ToList();
            AssertMask(distinct, 1, requests[0].Ties, MemoryTensor.Evaluate(masks[0]));
            AssertMask(tied, 5_000, requests[1].Ties, MemoryTensor.Evaluate(masks[1]));
            AssertMask(distinct, 12_344, requests[2].Ties, MemoryTensor.Evaluate(masks[2]));
            AssertMask([.. distinct.Zip(tied, (a, b) => a - b)], 77, requests[3].Ties, MemoryTensor.Evaluate(masks[3]));
            AssertMask(tied, 4_321, requests[4].Ties, MemoryTensor.Evaluate(masks[4]));
        }
    }

    private static long[] Counts(int length) => [.. new long[] { 1, length / 3, length / 2, length - 1, length }.Where(count => count > 0)];

    private static void AssertSelects(float[] values, long[] counts)
    {
        var x = MemoryTensor.Of(values);
        foreach (var (threads, chunk) in Divisions)
        {
            foreach (var count in counts)
            {
                foreach (var ties in Enum.GetValues<TieOrder>())
                {
                    var boundary = MemoryTensor.Math(threads, chunk).LargestMagnitudes([(x, count, ties)])[0];
                    AssertMask(values, count, ties, MemoryTensor.Evaluate(new MagnitudeMask(x, boundary), threads, chunk));
                }
            }
        }
    }

    /// <summary>OrderBy is stable: equal magnitudes stay in the order in which their indices come.</summary>
    private static void AssertMask(float[] values, long count, TieOrder ties, float[] mask)
    {
        var expected = new float[values.Length];
        var indices = Enumerable.Range(0, values.Length);
        foreach (var i in (ties == TieOrder.LowestIndexFirst ? indices : indices.Reverse()).OrderByDescending(i => BitConverter.SingleToUInt32Bits(values[i]) & 0x7FFF_FFFF).Take((int)count))
        {
            expected[i] = 1;
        }

        Assert.True(expected.AsSpan().SequenceEqual(mask), $"wrong mask of {count} among {values.Length}");
    }
}
