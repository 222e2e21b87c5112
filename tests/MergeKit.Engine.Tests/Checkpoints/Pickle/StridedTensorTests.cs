using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

/// <summary>Tensors that are views give the elements that indexing by strides gives, from any start and in any number.</summary>
public sealed class StridedTensorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(0, new long[] { 5, 7 }, new long[] { 7, 1 })]
    [InlineData(0, new long[] { 7, 5 }, new long[] { 1, 7 })]
    [InlineData(3, new long[] { 4, 3 }, new long[] { 9, 2 })]
    [InlineData(1, new long[] { 4, 6 }, new long[] { 0, 1 })]
    [InlineData(1, new long[] { 4, 6 }, new long[] { 1, 0 })]
    [InlineData(5, new long[] { 3, 4 }, new long[] { 0, 0 })]
    [InlineData(0, new long[] { 2, 3, 4 }, new long[] { 1, 2, 6 })]
    [InlineData(2, new long[] { 2, 3, 4, 1 }, new long[] { 40, 4, 1, 99 })]
    [InlineData(0, new long[] { 3, 2, 2, 3 }, new long[] { 2, 30, 1, 7 })]
    [InlineData(9, new long[] { 11 }, new long[] { 3 })]
    [InlineData(0, new long[] { 60, 70 }, new long[] { 1, 60 })]
    public void A_view_gives_the_elements_that_its_strides_say(long offset, long[] shape, long[] strides)
    {
        var random = new Random(3);
        foreach (var dtype in new[] { DType.U8, DType.I16, DType.F32, DType.F64 })
        {
            var data = new byte[(offset + 1 + shape.Zip(strides, (n, stride) => (n - 1) * stride).Sum()) * dtype.Size()];
            random.NextBytes(data);
            var builder = new TorchBuilder();
            builder.View("v", builder.Storage(dtype, data), dtype, offset, shape, strides);
            using var file = PickleFile.Open(folder.Write("v.bin", builder.Zip()));
            var expected = Elements(data, dtype.Size(), offset, shape, strides);
            Assert.Equal(expected, MergedTensors.Bytes(file.Tensors[0]));
            for (var i = 0; i < 50; i++)
            {
                var start = random.Next(expected.Length / dtype.Size());
                var piece = new byte[random.Next(expected.Length / dtype.Size() - start + 1) * dtype.Size()];
                file.Tensors[0].Read(start, piece);
                Assert.Equal(expected.AsSpan(start * dtype.Size(), piece.Length).ToArray(), piece);
            }
        }
    }

    [Fact]
    public void Views_can_be_read_by_many_threads()
    {
        var data = new byte[300 * 500 * 2];
        new Random(5).NextBytes(data);
        var builder = new TorchBuilder();
        builder.View("v", builder.Storage(DType.BF16, data), DType.BF16, 0, [300, 500], [1, 300]);
        using var file = PickleFile.Open(folder.Write("v.bin", builder.Zip()));
        var expected = Elements(data, 2, 0, [300, 500], [1, 300]);
        Parallel.For(0, 64, i =>
        {
            var piece = new byte[2 * 2000];
            file.Tensors[0].Read(i * 2300, piece);
            Assert.Equal(expected.AsSpan(i * 4600, piece.Length).ToArray(), piece);
        });
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Elements(byte[] data, int size, long offset, long[] shape, long[] strides)
    {
        var elements = new List<byte>();
        var count = shape.Aggregate(1L, (product, n) => product * n);
        for (var flat = 0L; flat < count; flat++)
        {
            var (rest, at) = (flat, offset);
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                at += rest % shape[axis] * strides[axis];
                rest /= shape[axis];
            }

            elements.AddRange(data.AsSpan((int)at * size, size));
        }

        return [.. elements];
    }
}
