using System.Runtime.InteropServices;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors.Cpu;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>The kernels of selection against one element at a time.</summary>
public sealed class MagnitudeWindowKernelTests
{
    [Fact]
    public void Vectors_and_single_elements_divide_magnitudes_alike()
    {
        var values = Values(90);
        uint[] limits = [0, 1, Bits(0.3f), Bits(0.5f), Bits(1f), Bits(1f) + 1, Bits(float.PositiveInfinity), MagnitudeWindow.End];
        foreach (var (low, high, guess) in limits.SelectMany(low => limits.Where(high => high >= low).SelectMany(high => limits.Select(guess => (low, high, guess)))))
        {
            var window = new MagnitudeWindow(low, high, guess);
            for (var length = 0; length <= 70; length++)
            {
                var part = values.AsSpan(length % 20, length);
                var (actual, expected) = (new uint[length + MagnitudeWindowKernel.Slack], new uint[length + 1]);
                var counts = MagnitudeWindowKernel.Run(part, window, actual);
                Assert.Equal(MagnitudeWindowKernel.RunEach(MemoryMarshal.Cast<float, uint>(part), window, expected), counts);
                Assert.True(expected.AsSpan(0, counts.Inside).SequenceEqual(actual.AsSpan(0, counts.Inside)));
            }

            // What processors without AVX-512 take.
            var words = MemoryMarshal.Cast<float, uint>(values)[..64];
            var (inWords, inEach) = (new uint[words.Length], new uint[words.Length + 1]);
            var inside = MagnitudeWindowKernel.RunWords(words, window, inWords);
            Assert.Equal(MagnitudeWindowKernel.RunEach(words, window, inEach), inside);
            Assert.True(inEach.AsSpan(0, inside.Inside).SequenceEqual(inWords.AsSpan(0, inside.Inside)));
        }
    }

    [Fact]
    public void Window_divides_by_magnitude()
    {
        float[] values = [3, -3, 2, -2, 1, -1, 0, -0f, float.NaN];
        var inside = new uint[values.Length + MagnitudeWindowKernel.Slack];
        Assert.Equal((3, 2, 2), MagnitudeWindowKernel.Run(values, new MagnitudeWindow(Bits(1), Bits(3), Bits(2)), inside));
        Assert.Equal([Bits(1), Bits(1)], inside[..2]);
    }

    [Fact]
    public void Values_above_zero_are_counted_at_any_length()
    {
        var values = Values(90);
        for (var length = 0; length <= 70; length++)
        {
            Assert.Equal(values[5..(5 + length)].Count(value => value > 0), PositiveCountKernel.Run(values.AsSpan(5, length)));
        }
    }

    [Fact]
    public void Large_magnitudes_are_counted_at_any_length()
    {
        var values = Values(90);
        for (var length = 0; length <= 70; length++)
        {
            var expected = values[3..(3 + length)].Count(value => (Bits(value) & MagnitudeWindow.MagnitudeBits) >= Bits(0.5f));
            Assert.Equal(expected, MagnitudeCountKernel.AtLeast(values.AsSpan(3, length), Bits(0.5f)));
        }
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    private static float[] Values(int length)
    {
        var values = Noise.Normal(6, length);
        FloatCodec.Round(DType.F8E5M2, values);
        float[] extremes = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, float.Epsilon, 1f, -1f];
        for (var i = 0; i < length; i += 7)
        {
            values[i] = extremes[i / 7 % extremes.Length];
        }

        return values;
    }
}
