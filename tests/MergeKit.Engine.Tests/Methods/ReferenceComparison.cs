using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>Compares merged values with a float64 reference.</summary>
internal static class ReferenceComparison
{
    private const double Tolerance = 1e-6;

    /// <summary>Float32: every element within the tolerance, but for undecided ones, which must be rare.</summary>
    public static void AssertClose(ReferenceElement[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        AssertFewUndecided(expected);
        for (var i = 0; i < expected.Length; i++)
        {
            var (value, magnitude, isUndecided) = expected[i];
            Assert.True(isUndecided || Math.Abs(value - actual[i]) <= Tolerance * magnitude, $"element {i}: expected {value:R}, got {actual[i]:R}");
        }
    }

    /// <summary>
    /// BFloat16: at least 99.9 % of the elements are the reference rounded once, and none is further away than the neighbouring number,
    /// except where terms cancel so far that float32 cannot be as fine as bfloat16 is near zero.
    /// </summary>
    public static void AssertCorrectlyRounded(ReferenceElement[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        AssertFewUndecided(expected);
        var different = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var (value, magnitude, isUndecided) = expected[i];
            if (!isUndecided)
            {
                var distance = Math.Abs(Ordinal(RoundToBFloat16(value)) - Ordinal(actual[i]));
                Assert.True(distance <= 1 || Math.Abs(value - actual[i]) <= Tolerance * magnitude, $"element {i}: expected {value:R}, got {actual[i]:R}");
                different += distance > 0 && !IsHalfway(value, magnitude) ? 1 : 0;
            }
        }

        Assert.True(different <= expected.Length / 1000, $"{different} of {expected.Length} elements are not correctly rounded");
    }

    private static void AssertFewUndecided(ReferenceElement[] expected) =>
        Assert.InRange(expected.Count(element => element.IsUndecided), 0, expected.Length / 1000);

    /// <summary>Rounds float64 straight to bfloat16 (to nearest, ties to even): the 45 lowest of its 52 fraction bits go.</summary>
    private static float RoundToBFloat16(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var rounded = (bits + (1L << 44) - 1 + ((bits >> 45) & 1)) & ~((1L << 45) - 1);
        return (float)BitConverter.Int64BitsToDouble(rounded);
    }

    /// <summary>
    /// Whether a value is so close to the middle of two bfloat16 numbers that float64 cannot tell its side: weights such as 0.3 are not
    /// exact, and a few quanta of bfloat16 times such a weight often meet the middle.
    /// </summary>
    private static bool IsHalfway(double value, double magnitude)
    {
        const double FloatingPointError = 1e-14;
        return RoundToBFloat16(value - FloatingPointError * magnitude) != RoundToBFloat16(value + FloatingPointError * magnitude);
    }

    /// <summary>Numbers bfloat16 values in their order, so that neighbours differ by 1.</summary>
    private static int Ordinal(float value)
    {
        Span<byte> code = stackalloc byte[2];
        FloatCodec.Encode(DType.BF16, [value], code);
        var bits = BitConverter.ToInt16(code);
        return bits < 0 ? -(bits & 0x7FFF) : bits;
    }
}
