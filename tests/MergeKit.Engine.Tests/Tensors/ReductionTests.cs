using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

public sealed class ReductionTests
{
    private const double Tolerance = 1e-13;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(33_333)]
    public void Dot_products_and_absolute_sums_are_accurate_to_float64(int length)
    {
        var (x, y) = (Noise.Normal(1, length), Noise.Normal(2, length));
        var math = MemoryTensor.Math(2, 4096);
        var (left, right) = (MemoryTensor.Of(x), MemoryTensor.Of(y));
        var dots = math.Dot([(left, left), (left, right)]);
        var sums = math.AbsoluteSum([left, left - right]);
        AssertClose(x.Sum(a => (double)a * a), dots[0], dots[0]);
        AssertClose(x.Zip(y, (a, b) => (double)a * b).Sum(), dots[1], x.Zip(y, (a, b) => Math.Abs((double)a * b)).Sum());
        AssertClose(x.Sum(a => Math.Abs((double)a)), sums[0], sums[0]);
        AssertClose(x.Zip(y, (a, b) => Math.Abs((double)(a - b))).Sum(), sums[1], sums[1]);
    }

    [Fact]
    public void Reductions_have_the_same_bits_for_any_threads_and_chunks()
    {
        var (x, y) = (MemoryTensor.Of(Noise.Normal(3, 100_003)), MemoryTensor.Of(Noise.Normal(4, 100_003)));
        var expected = Reduce(1, 4096);
        foreach (var (threads, chunk) in new[] { (1, 1 << 20), (2, 4096), (3, 5000), (8, 8192) })
        {
            Assert.Equal(expected, Reduce(threads, chunk));
        }

        double[] Reduce(int threads, int chunk)
        {
            var math = MemoryTensor.Math(threads, chunk);
            return [.. math.Dot([(x, y), (x - y, x)]), .. math.AbsoluteSum([x, y])];
        }
    }

    private static void AssertClose(double expected, double actual, double magnitude) =>
        Assert.InRange(actual, expected - Tolerance * magnitude, expected + Tolerance * magnitude);
}
