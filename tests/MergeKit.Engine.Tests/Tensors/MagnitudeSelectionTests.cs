using MergeKit.Engine.Tensors;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors.Cpu;
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

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    public void Large_tensors_are_selected_from_exactly(int roundedBits)
    {
        // Rounding leaves distinct values, some equal ones, or few distinct ones.
        var values = Noise.Normal(7, 150_001);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(values[i]) & (uint.MaxValue << (2 * roundedBits)));
        }

        AssertSelects(values, [1, 1_500, 75_000, 136_500, 150_000]);
    }

    [Fact]
    public void A_large_class_of_equal_magnitudes_is_divided()
    {
        var values = Noise.Normal(8, 100_000);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Abs(values[i]) < 1 ? 0 : values[i];
        }

        AssertSelects(values, [20_000, 50_000, 99_000]);
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(131_072)]
    public void Magnitudes_that_a_sample_does_not_foresee_are_found(int length)
    {
        // Every run of 1024 is of one size, and the sizes spread over many magnitudes: a sample says little about a rank.
        var values = Noise.Normal(9, length);
        for (var i = 0; i < length; i++)
        {
            values[i] *= MathF.Pow(2, i / 1024 * 37 % 128 - 64);
        }

        AssertSelects(values, [1, 1_000, length / 2, length - 1]);
    }

    [Fact]
    public void Boundaries_among_too_many_candidates_are_found()
    {
        // More requests than one worker has room for the candidates of.
        var values = Noise.Normal(10, 65_000);
        var x = MemoryTensor.Of(values);
        var requests = Enumerable.Range(1, 80).Select(i => (x, (long)(i * 800), TieOrder.LowestIndexFirst)).ToList();
        var boundaries = MemoryTensor.Math(1, 8192).LargestMagnitudes(requests);
        foreach (var i in new[] { 0, 40, 79 })
        {
            AssertMask(values, requests[i].Item2, TieOrder.LowestIndexFirst, MemoryTensor.Evaluate(new MagnitudeMask(x, boundaries[i])));
        }
    }

    [Fact]
    public void Only_boundaries_inside_their_windows_are_found_among_candidates()
    {
        float[] values = [.. Enumerable.Range(1, 9_000).Select(i => (float)i)];
        var x = MemoryTensor.Of(values);
        static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);
        using var pass = new CandidatePass([(x, new MagnitudeWindow(Bits(100), Bits(8_001), Bits(5_000)))]);
        new TileScheduler(2, 4096, 1 << 20, CancellationToken.None).Run(pass);
        Assert.Null(pass.Find(0, 1_000 - 1));
        Assert.Equal(Bits(8_000), pass.Find(0, 1_001)!.Value.Bits);
        Assert.Equal(Bits(5_001), pass.Find(0, 4_000)!.Value.Bits);
        Assert.Equal(new RankedMagnitude(Bits(5_000), 1, 1), pass.Find(0, 4_001));
        Assert.Equal(Bits(4_999), pass.Find(0, 4_002)!.Value.Bits);
        Assert.Equal(Bits(100), pass.Find(0, 8_901)!.Value.Bits);
        Assert.Null(pass.Find(0, 8_902));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(100_000)]
    public void A_fraction_of_the_values_above_zero_is_selected(int length)
    {
        float[] values = [.. Noise.Normal(11, length).Select(value => Math.Max(0, value))];
        var x = MemoryTensor.Of(values);
        var positive = values.Count(value => value > 0);
        foreach (var (threads, chunk) in Divisions)
        {
            var boundary = MemoryTensor.Math(threads, chunk).LargestPositive(x, 0.3)!.Value;
            AssertMask(values, (long)(0.3 * positive), TieOrder.LowestIndexFirst, MemoryTensor.Evaluate(new MagnitudeMask(x, boundary)));
        }

        Assert.Null(MemoryTensor.Math(1, 0).LargestPositive(x, 0.5 / positive));
        Assert.Null(MemoryTensor.Math(1, 0).LargestPositive(0 * x, 0.5));
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
