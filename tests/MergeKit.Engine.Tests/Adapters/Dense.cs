using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>Adapters applied to whole matrices in float64: what the engine's results are compared with.</summary>
internal static class Dense
{
    /// <summary>W + scale · B·A of a weight [out, in], and the sum of its terms' magnitudes.</summary>
    public static (double[] Values, double[] Magnitudes) Add(float[] weight, float[] a, float[] b, int rank, double scale, bool transposed = false)
    {
        var (inputs, outputs) = (a.Length / rank, b.Length / rank);
        var (values, magnitudes) = (new double[weight.Length], new double[weight.Length]);
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                var place = transposed ? i * outputs + o : o * inputs + i;
                double sum = 0;
                for (var k = 0; k < rank; k++)
                {
                    sum += (double)b[o * rank + k] * a[k * inputs + i];
                    magnitudes[place] += Math.Abs(scale * b[o * rank + k] * a[k * inputs + i]);
                }

                values[place] = weight[place] + scale * sum;
                magnitudes[place] += Math.Abs(weight[place]);
            }
        }

        return (values, magnitudes);
    }

    /// <summary>Every output's weights scaled to a magnitude.</summary>
    public static double[] Normalize(double[] values, float[] magnitude, bool transposed)
    {
        var outputs = magnitude.Length;
        var inputs = values.Length / outputs;
        var result = new double[values.Length];
        for (var o = 0; o < outputs; o++)
        {
            int Place(int i) => transposed ? i * outputs + o : o * inputs + i;
            var norm = Math.Sqrt(Enumerable.Range(0, inputs).Sum(i => values[Place(i)] * values[Place(i)]));
            for (var i = 0; i < inputs; i++)
            {
                result[Place(i)] = magnitude[o] / norm * values[Place(i)];
            }
        }

        return result;
    }

    /// <summary>Asserts that float32 values are the float64 ones, rounded.</summary>
    public static void AssertRounded(double[] expected, double[] magnitudes, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-6 * magnitudes[i] + 1e-30, $"[{i}]: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }

    /// <summary>Asserts that values of a narrow type are the float64 ones, rounded: none off by more than one step, and hardly any at all.</summary>
    public static void AssertRounded(DType dtype, double[] expected, float[] actual)
    {
        var nearest = Array.ConvertAll(expected, value => (float)value);
        FloatCodec.Round(dtype, nearest);
        var others = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            others += nearest[i] == actual[i] ? 0 : 1;
            Assert.True(Steps(nearest[i], actual[i]) <= 1, $"[{i}]: expected {nearest[i]:R}, got {actual[i]:R}");
        }

        Assert.True(others <= expected.Length / 1000, $"{others} of {expected.Length} are not the nearest");
    }

    /// <summary>Distance in steps of bfloat16.</summary>
    private static int Steps(float x, float y) => Math.Abs((BitConverter.SingleToInt32Bits(x) >> 16) - (BitConverter.SingleToInt32Bits(y) >> 16));
}
