using System.Runtime.InteropServices;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tensors;

/// <summary>What a pass draws and remembers is what the next one would draw.</summary>
public sealed class DropoutMemoryTests
{
    private const ulong Key = 77;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 5000)]
    public void Writing_after_summing_gives_the_same_as_writing_alone(int threads, int chunkElements)
    {
        foreach (var dropped in new[] { Random(100_003, 1), Ranked(300, 333), Ranked(100_003, 1), Ranked(2, 50_000), Ranked(5, 4096) })
        {
            var expected = MemoryTensor.Evaluate(dropped());
            var (tensor, math, bytes) = (dropped(), MemoryTensor.Math(threads, chunkElements), new byte[expected.Length * sizeof(float)]);
            Assert.InRange(math.AbsoluteSum([tensor])[0], 1, expected.Length);
            var drawn = tensor.Drawn;
            Assert.True(drawn!.IsComplete);
            math.Write(tensor, DType.F32, (offset, piece) => piece.CopyTo(bytes.AsSpan((int)offset)));
            Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(bytes).ToArray());
            Assert.Null(tensor.Drawn);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(1032)]
    public void What_there_is_no_room_for_is_drawn_again(int maximumBytes)
    {
        foreach (var dropped in new[] { Random(20_000, 1), Ranked(60, 333) })
        {
            var expected = MemoryTensor.Evaluate(dropped());
            var tensor = dropped();
            using var drawn = new DrawnBits(tensor.Shape.ElementCount, tensor is RankedDropout ? 333 : 4096, maximumBytes);
            tensor.Drawn = drawn;
            Assert.Equal(expected, Values(tensor));
            drawn.IsComplete = true;
            Assert.Equal(expected, Values(tensor));
        }
    }

    [Fact]
    public void Runs_have_words_of_their_own()
    {
        using var drawn = new DrawnBits(1000, 100, 1 << 20);
        for (var run = 0; run < 10; run++)
        {
            drawn.Words(run * 100, 100).Fill((ulong)run);
        }

        for (var run = 0; run < 10; run++)
        {
            Assert.Equal([(ulong)run, (ulong)run], drawn.Words(run * 100, 100).ToArray());
            Assert.Equal([(ulong)run], drawn.Words(run * 100 + 64, 36).ToArray());
        }

        Assert.True(drawn.Words(1, 10).IsEmpty);
        Assert.True(drawn.Words(64, 37).IsEmpty);
    }

    [Fact]
    public void Elements_are_kept_where_their_bits_are_set()
    {
        for (var length = 0; length <= 140; length++)
        {
            var x = Noise.Normal(length, length + 3).Select((value, i) => i % 11 == 5 ? float.NaN : value).ToArray();
            var words = new ulong[(length + 63) / 64 + 1];
            new Random(length).NextBytes(MemoryMarshal.AsBytes(words.AsSpan()));
            var target = new float[length];
            KeepKernel.Run(x.AsSpan(length % 4, length), words, target);
            Assert.Equal(Enumerable.Range(0, length).Select(i => (words[i / 64] >> (i % 64) & 1) != 0 ? x[i + length % 4] : 0), target);
        }
    }

    private static float[] Values(DropoutTensor tensor)
    {
        var pass = new EvaluatePass(tensor);
        new TileScheduler(2, 4096, 1 << 20, CancellationToken.None).Run(pass);
        return pass.Values;
    }

    private static Func<DropoutTensor> Random(int rows, int columns) => () => new RandomDropout(Matrix(rows, columns), Key, 0.3);

    private static Func<DropoutTensor> Ranked(int rows, int columns) => () => new RankedDropout(Matrix(rows, columns), Key, 0.5, 0.3);

    private static MatrixTensor Matrix(int rows, int columns) => new(new TensorShape(rows, columns), Noise.Normal(5, rows * columns));
}
