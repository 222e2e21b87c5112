using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>The variance over several tensors against single operations.</summary>
public sealed class VarianceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_operation_is_rounded(int tensors)
    {
        for (var length = 1; length <= 70; length++)
        {
            AssertVariance(tensors, length);
        }

        AssertVariance(tensors, 1023);
        AssertVariance(tensors, 4099);
    }

    private static void AssertVariance(int tensors, int length)
    {
        float[][] values = [.. Enumerable.Range(0, tensors).Select(i => Noise.Normal(i, length))];
        var share = (float)(1.0 / tensors);
        var expected = Enumerable.Range(0, length).Select(i =>
        {
            var mean = values.Select(x => x[i] - values[0][i]).Aggregate(0f, (sum, difference) => sum + (difference * share));
            return values.Select(x => x[i] - values[0][i] - mean).Aggregate(0f, (sum, deviation) => sum + (deviation * deviation * share));
        });
        Assert.Equal(expected, MemoryTensor.Evaluate(new VarianceTensor([.. values.Select(MemoryTensor.Of)])));
    }
}
