using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_written_is_read_back(int seed)
    {
        var random = new Random(seed);
        var expected = new Dictionary<string, (DType DType, TensorShape Shape, byte[] Data)>();
        var builder = new SafetensorsBuilder().Metadata("seed", seed.ToString()).Metadata("\"quoted\"\n", "\u0001\u2028é漢😀");
        foreach (var dtype in Enum.GetValues<DType>())
        {
            foreach (var shape in new long[][] { [], [0], [3, 0, 2], [random.Next(1, 9)], [random.Next(1, 5), random.Next(1, 5), 2] })
            {
                var name = $"{dtype}.\\\"é😀\u007f\t{expected.Count}";
                var data = new byte[shape.Aggregate(1L, (a, b) => a * b) * dtype.Size()];
                random.NextBytes(data);
                builder.Add(name, dtype, shape, data);
                expected.Add(name, (dtype, new TensorShape(shape), data));
            }
        }

        using var file = SafetensorsFile.Open(builder.Write(folder["all.safetensors"]));
        Assert.Equal("\u0001\u2028é漢😀", file.Metadata!["\"quoted\"\n"]);
        Assert.Equal(expected.Keys.Order(), file.Tensors.Select(t => t.Name).Order());
        foreach (var tensor in file.Tensors)
        {
            var (dtype, shape, data) = expected[tensor.Name];
            Assert.Equal(dtype, tensor.DType);
            Assert.Equal(shape, tensor.Shape);
            Assert.Equal(data, ReadAll(tensor));
        }
    }

    [Fact]
    public void A_piece_of_a_tensor_is_read_from_its_element()
    {
        var path = new SafetensorsBuilder().Add("a", DType.U16, [4], [1, 0, 2, 0, 3, 0, 4, 0]).Write(folder["m.safetensors"]);
        using var file = SafetensorsFile.Open(path);
        var piece = new byte[4];
        file.Tensors[0].Read(1, piece);
        Assert.Equal([2, 0, 3, 0], piece);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors[0].Read(3, piece));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Tensors[0].Read(-1, piece));
    }

    [Fact]
    public void A_file_truncated_while_open_is_an_error_that_names_the_tensor()
    {
        var path = new SafetensorsBuilder().Add("first", DType.F32, [4], new byte[16]).Add("second", DType.F32, [4], new byte[16]).Write(folder["m.safetensors"]);
        using var file = SafetensorsFile.Open(path);
        var (first, second) = (file.Tensors[0], file.Tensors[1]);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(second.FileOffset + 5);
        }

        Assert.Equal(new byte[16], ReadAll(first));
        var message = MergeErrors.Single(DiagnosticCode.CheckpointChanged, () => ReadAll(second));
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.Contains("'second'", message, StringComparison.Ordinal);
        Assert.Contains($"up to {second.FileOffset + 16}", message, StringComparison.Ordinal);
        Assert.Contains($"ends at {second.FileOffset + 5}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_read_one_tensor_at_the_same_time()
    {
        var data = new byte[1 << 16];
        new Random(5).NextBytes(data);
        var path = new SafetensorsBuilder().Add("a", DType.U8, [data.Length], data).Write(folder["m.safetensors"]);
        using var file = SafetensorsFile.Open(path);
        var read = new byte[data.Length];
        Parallel.For(0, 256, i => file.Tensors[0].Read(i * 256, read.AsSpan(i * 256, 256)));
        Assert.Equal(data, read);
    }

    public void Dispose() => folder.Dispose();

    private static byte[] ReadAll(StoredTensor tensor)
    {
        var data = new byte[tensor.ByteLength];
        tensor.Read(0, data);
        return data;
    }

    [Fact]
    public void A_git_lfs_pointer_is_called_one()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");
        MergeErrors.Single(DiagnosticCode.WeightsArePointer, () => SafetensorsFile.Open(path));
    }
}
