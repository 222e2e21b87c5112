using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>Expressions in tiles against the same expressions element by element.</summary>
public sealed class ExpressionTests
{
    private static readonly float[] Special =
        [0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 1e-8f, -1e-8f, 9.99e-9f, float.MaxValue];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Shared_nodes_and_reused_registers_change_nothing(int seed)
    {
        var random = new Random(seed);
        const int Length = 4096 + 1237;
        var nodes = new List<(Tensor Tensor, float[] Values)>();
        for (var i = 0; i < 3; i++)
        {
            var values = Noise.Normal(100 * seed + i, Length);
            nodes.Add((MemoryTensor.Of(values), values));
        }

        for (var i = 0; i < 30; i++)
        {
            nodes.Add(Combine(random.Next(9), (float)random.NextDouble(), nodes[random.Next(nodes.Count)], nodes[random.Next(nodes.Count)]));
        }

        var (tensor, expected) = nodes[^1];
        Assert.Equal(expected, MemoryTensor.Evaluate(tensor));
        Assert.Equal(expected, MemoryTensor.Evaluate(tensor, threads: 3, chunkElements: 4096));
    }

    [Fact]
    public void Vectors_and_single_elements_treat_special_values_alike()
    {
        var pairs = Special.SelectMany(_ => Special, (x, y) => (X: x, Y: y)).ToArray();
        for (var operation = 0; operation < 9; operation++)
        {
            var (x, y) = (pairs.Select(pair => pair.X).ToArray(), pairs.Select(pair => pair.Y).ToArray());
            var (tensor, expected) = Combine(operation, 0.3f, (MemoryTensor.Of(x), x), (MemoryTensor.Of(y), y));
            Assert.Equal(expected, MemoryTensor.Evaluate(tensor));
        }
    }

    [Fact]
    public void Sums_of_products_are_rounded_twice_and_never_fused()
    {
        const float Product = 1 + (1f / 4096);
        float[] x = [.. Enumerable.Repeat(Product, 100)];
        float[] minus = [.. Enumerable.Repeat(-(Product * Product), 100)];
        Assert.All(MemoryTensor.Evaluate(Tensor.Sum([(1, MemoryTensor.Of(minus)), (Product, MemoryTensor.Of(x))])), value => Assert.Equal(0f, value));
    }

    private static (Tensor Tensor, float[] Values) Combine(int operation, float factor, (Tensor Tensor, float[] Values) x, (Tensor Tensor, float[] Values) y)
    {
        var (left, right) = (x.Tensor, y.Tensor);
        return operation switch
        {
            0 => (left + right, Zip((a, b) => a + b)),
            1 => (left - right, Zip((a, b) => a - b)),
            2 => (left * right, Zip((a, b) => a * b)),
            3 => (left / right, Zip((a, b) => a / b)),
            4 => (left.Where(right), Zip((a, b) => b == 0 ? 0 : a)),
            5 => (left.AgreesInSignWith(right), Zip((a, b) => float.IsNaN(a) || float.IsNaN(b) ? float.NaN : (a > 0 && b >= 0) || (a < 0 && b < 0) ? 1 : 0)),
            6 => (left.OneWhereWithin(1e-8), Zip((a, _) => Math.Abs(a) <= 1e-8f ? 1 : a)),
            7 => (factor * left, Zip((a, _) => factor * a)),
            _ => (Tensor.Sum([(1, left), (factor, right)]), Zip((a, b) => a + (float)(factor * b))),
        };

        float[] Zip(Func<float, float, float> function) => [.. x.Values.Zip(y.Values, function)];
    }
}
