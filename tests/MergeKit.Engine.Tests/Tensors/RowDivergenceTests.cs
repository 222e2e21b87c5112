using System.Runtime.Intrinsics;
using MergeKit.Engine.Tensors.Cpu;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>Divergences of rows, and the functions that they are computed with, against the platform's float64.</summary>
public sealed class RowDivergenceTests
{
    private const double Smallest = 1e-8;
    private const double Precision = 1e-15;

    [Theory]
    [InlineData(0.02, 0.0005)]
    [InlineData(0.02, 0.007)]
    [InlineData(0.02, 0.02)]
    [InlineData(30, 0.0005)]
    [InlineData(1, 1)]
    [InlineData(300, 10)]
    public void Rows_of_any_length_have_their_divergence(double spread, double change)
    {
        foreach (var length in Enumerable.Range(1, 70).Append(2464))
        {
            var y = Noise.Normal(length, length, spread);
            var x = Noise.Near(length + 1, y, change);
            var (p, q) = (Softmax(x), Softmax(y));
            var terms = p.Zip(q, (a, b) => a * Math.Log(a / b)).ToArray();
            var tolerance = 10 * Precision * p.Zip(terms, (a, term) => a + Math.Abs(term)).Sum();
            Assert.InRange(Divergence(x, y), terms.Sum() - tolerance, terms.Sum() + tolerance);
        }
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-6)]
    [InlineData(1e-9)]
    public void Small_changes_do_not_drown_in_rounding(double change)
    {
        foreach (var length in new[] { 16, 100 })
        {
            var x = new float[length];
            x[3] = (float)change;

            // The series of the divergence by the change, of which two terms do; what is added to p and q changes it by as much as it adds.
            var (d, variance) = ((double)x[3], (length - 1.0) / length / length);
            var expected = variance * d * d * (1.0 / 2 + (1 - 2.0 / length) * d / 3);
            var tolerance = expected * (d * d + 3 * Smallest * length);
            Assert.InRange(Divergence(x, new float[length]), expected - tolerance, expected + tolerance);
        }
    }

    [Theory]
    [InlineData(0.02, 0.0005)]
    [InlineData(1, 0.005)]
    [InlineData(1, 1)]
    public void Vectors_of_any_width_give_the_same_bits(double spread, double change)
    {
        foreach (var length in new[] { 1, 16, 37, 896 })
        {
            var y = Noise.Normal(length, length, spread);
            var x = Noise.Near(length + 1, y, change);
            var kernel = new RowDivergenceKernel(length);
            Assert.Equal(kernel.Run(x, y, isWide: false), kernel.Run(x, y, isWide: true));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_without_a_softmax_give_no_number(float value)
    {
        foreach (var position in new[] { 0, 20, 36 })
        {
            var x = new float[37];
            x[position] = value;
            Assert.Equal(double.NaN, Divergence(x, new float[37]));
            Assert.Equal(double.NaN, Divergence(new float[37], x));
            Assert.Equal(double.NaN, Divergence(x, x));
        }
    }

    [Fact]
    public void Exponentials_are_those_of_float64()
    {
        for (var x = -708.0; x <= 0; x += 0.0137)
        {
            var expected = Math.Exp(x);
            Assert.InRange(Float64Lanes.ExpOfNegative(Vector512.Create(x))[0], expected * (1 - Precision), expected * (1 + Precision));
            Assert.Equal(Float64Lanes.ExpOfNegative(Vector512.Create(x))[0], Float64Lanes.ExpOfNegative(Vector256.Create(x))[0]);
        }

        Assert.Equal(1, Float64Lanes.ExpOfNegative(Vector512<double>.Zero)[0]);
        Assert.InRange(Float64Lanes.ExpOfNegative(Vector512.Create(double.NegativeInfinity))[7], 0, 1e-300);
    }

    [Fact]
    public void Logarithms_are_those_of_float64()
    {
        for (var p = Smallest; p <= 1; p *= 1.0173)
        {
            AssertIsLogarithm(Math.Log(p / Smallest), Float64Lanes.LogOfRatio(Vector256.Create(p), Vector256.Create(Smallest)));
            AssertIsLogarithm(Math.Log(p / 16), Float64Lanes.LogOfRatio(Vector256.Create(p), Vector256.Create(16.0)));
        }

        Assert.Equal(0, Float64Lanes.LogOfRatio(Vector256.Create(0.3), Vector256.Create(0.3))[0]);
    }

    private static void AssertIsLogarithm(double expected, Vector256<double> actual)
    {
        // The quotient that the platform takes the logarithm of is rounded itself.
        var tolerance = Precision * (Math.Abs(expected) + 0.25);
        Assert.InRange(actual[0], expected - tolerance, expected + tolerance);
    }

    private static double Divergence(float[] x, float[] y) => MemoryTensor.Math(1, 0).RowDivergence(MemoryTensor.Of(x), MemoryTensor.Of(y))[0];

    private static double[] Softmax(float[] row)
    {
        var max = row.Max();
        var powers = row.Select(value => Math.Exp((double)value - max)).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum + Smallest)];
    }
}
