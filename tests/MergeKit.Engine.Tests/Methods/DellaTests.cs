using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Methods;

/// <summary>DELLA keeps an element with a probability that depends on the rank of its magnitude in its row.</summary>
public sealed class DellaTests : IDisposable
{
    private const string Tensor = "w.weight";
    private const int Buckets = 20;
    private readonly MergeWorkspace workspace = new();

    [Theory]
    [InlineData(0.5, 0.15, new long[] { 300, 100 })]
    [InlineData(0.3, 0.29, new long[] { 300, 100 })]
    [InlineData(0.7, -0.25, new long[] { 300, 100 })]
    [InlineData(0.5, 0.4, new long[] { 20, 30, 40 })]
    [InlineData(0.5, 0.4, new long[] { 30_000 })]
    [InlineData(0.5, 0.4, new long[] { 3, 10_000 })]
    [InlineData(0.4, 0.2, new long[] { 30_000, 1 })]
    public void Elements_are_kept_with_the_probability_of_their_rank(double density, double epsilon, long[] dimensions)
    {
        var shape = new TensorShape(dimensions);
        var values = Noise.Normal(5, shape.ElementCount);
        Write("zeros", shape, new float[values.Length]);
        Write("model", shape, values);
        workspace.Merge($$"""
            merge_method: della_linear
            base_model: zeros
            models: [{ model: model, parameters: { weight: 1, density: {{density:R}}, epsilon: {{epsilon:R}} } }]
            parameters: { rescale: false }
            """);
        var kept = workspace.Floats(Tensor).Select(value => value != 0).ToArray();

        var buckets = new (double Expected, double Variance, int Kept)[Buckets];
        foreach (var (index, position) in Positions(values, (int)shape.RowLength))
        {
            var probability = density - epsilon + 2 * epsilon * position;
            ref var bucket = ref buckets[Math.Min(Buckets - 1, (int)(position * Buckets))];
            bucket = (bucket.Expected + probability, bucket.Variance + probability * (1 - probability), bucket.Kept + (kept[index] ? 1 : 0));
        }

        Assert.All(buckets, bucket => Assert.InRange(bucket.Kept, bucket.Expected - 4.5 * Math.Sqrt(bucket.Variance), bucket.Expected + 4.5 * Math.Sqrt(bucket.Variance)));
    }

    public void Dispose() => workspace.Dispose();

    /// <summary>Every element's flat index with the position of its rank in its row, from 0 for the smallest to 1.</summary>
    private static IEnumerable<(int Index, double Position)> Positions(float[] values, int rowLength) =>
        Enumerable.Range(0, values.Length).GroupBy(i => i / rowLength).SelectMany(row =>
            row.OrderBy(i => Math.Abs(values[i])).Select((index, rank) => (index, rowLength > 1 ? (double)rank / (rowLength - 1) : 0)));

    private void Write(string model, TensorShape shape, float[] values) =>
        workspace.Model(model, new SafetensorsBuilder().Add(Tensor, DType.F32, shape.AsSpan().ToArray(), values));
}
