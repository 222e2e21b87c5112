using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

public sealed class PickleFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<DType> DTypes => [.. Enum.GetValues<DType>()];

    [Theory]
    [MemberData(nameof(DTypes))]
    public void Tensors_of_every_dtype_are_read_from_both_containers(DType dtype)
    {
        var data = Bytes(7, 6 * dtype.Size());
        var builder = new TorchBuilder().Add("other", DType.F32, [2], 1f, 2f).Add("a", dtype, [2, 3], data);
        foreach (var file in new[] { builder.Zip(), builder.Legacy() })
        {
            using var checkpoint = Open(file);
            var tensor = checkpoint.Tensors["a"];
            Assert.Equal(("a", dtype, new TensorShape(2, 3)), (tensor.Name, tensor.DType, tensor.Shape));
            Assert.Equal(data, MergedTensors.Bytes(tensor));
            Assert.Equal([1f, 2f], MergedTensors.Floats(checkpoint.Tensors["other"]));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Protocols_differ_in_instructions_only(int protocol)
    {
        using var checkpoint = Open(new TorchBuilder { Protocol = protocol }.Add("a", DType.F32, [2], 1f, 2f).Zip());
        Assert.Equal([1f, 2f], MergedTensors.Floats(checkpoint.Tensors["a"]));
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(true, "a comment")]
    public void Archives_may_be_zip64_and_have_a_comment(bool isZip64, string comment)
    {
        using var checkpoint = Open(new TorchBuilder().Add("a", DType.F32, [1], 3f).Zip(new ZipBuilder { IsZip64 = isZip64, Comment = comment }));
        Assert.Equal([3f], MergedTensors.Floats(checkpoint.Tensors["a"]));
    }

    [Fact]
    public void Scalars_and_empty_tensors_are_read()
    {
        using var checkpoint = Open(new TorchBuilder().Add("scalar", DType.F32, [], 5f).Add("empty", DType.F32, [0, 4]).Zip());
        Assert.Equal([5f], MergedTensors.Floats(checkpoint.Tensors["scalar"]));
        Assert.Equal(0, checkpoint.Tensors["empty"].ByteLength);
    }

    /// <summary>Numbers above 31 bits have an instruction of their own. The data is a hole in the file.</summary>
    [Fact]
    public void Storages_of_more_than_two_gigabytes_are_read_in_place()
    {
        const long Elements = 2_200_000_000;
        var pickle = new PickleWriter().EmptyDict().Text("big").Global("torch._utils", "_rebuild_tensor_v2").Mark()
            .Mark().Text("storage").Global("torch", "HalfStorage").Text("0").Text("cpu").Number(Elements).Tuple().Op('Q')
            .Number(0).Numbers(Elements / 1000, 1000).Numbers(1000, 1).Op(0x89).OrderedDict().Tuple().Op('R').Op('s').Stop();
        var keys = new PickleWriter().Op(']').Text("0").Op('a').Stop();
        var system = new PickleWriter().EmptyDict().Text("little_endian").Op(0x88).Op('s').Stop();
        var path = folder.Write("big.pt", [.. TorchBuilder.LegacyMagic, .. new PickleWriter().Number(1001).Stop(), .. system, .. pickle, .. keys, .. BitConverter.GetBytes(Elements)]);
        using (var stream = new FileStream(path, FileMode.Open))
        {
            stream.SetLength(stream.Length + 2 * Elements);
            stream.Position = stream.Length - 2;
            stream.Write([0, 0x3c]);
        }

        using var file = PickleFile.Open(path);
        var last = new byte[4];
        file.Tensors[0].Read(Elements - 2, last);
        Assert.Equal([0, 0, 0, 0x3c], last);
    }

    [Fact]
    public void Names_that_share_a_storage_are_both_there()
    {
        var builder = new TorchBuilder();
        var storage = builder.Storage(DType.F32, Floats(0, 1, 2, 3, 4, 5));
        builder.View("embed", storage, DType.F32, 0, [2, 3], [3, 1]).View("head", storage, DType.F32, 0, [2, 3], [3, 1]).View("part", storage, DType.F32, 2, [2], [1]);
        using var checkpoint = Open(builder.Zip());
        Assert.Equal(MergedTensors.Bytes(checkpoint.Tensors["embed"]), MergedTensors.Bytes(checkpoint.Tensors["head"]));
        Assert.Equal([2f, 3f], MergedTensors.Floats(checkpoint.Tensors["part"]));
    }

    [Fact]
    public void Values_beside_tensors_are_left_out()
    {
        using var checkpoint = Open(new TorchBuilder()
            .Add("a", DType.F32, [1], 1f)
            .Item("step", pickle => pickle.Number(-7)).Item("big", pickle => pickle.Number(long.MaxValue)).Item("loss", pickle => pickle.Op([(byte)'G', .. new byte[8]]))
            .Item("name", pickle => pickle.Text("x")).Item("extra", pickle => pickle.None()).Item("flag", pickle => pickle.Op(0x88))
            .Zip());
        Assert.Equal(["a"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Parameters_are_tensors()
    {
        var builder = new TorchBuilder();
        var storage = builder.Storage(DType.F32, Floats(4));
        builder.Item("p", pickle => pickle.Global("torch._utils", "_rebuild_parameter").Mark()
            .Global("torch._utils", "_rebuild_tensor_v2").Mark().Mark().Text("storage").Global("torch", "FloatStorage").Text($"{storage}").Text("cuda:0").Number(1).Tuple().Op('Q')
            .Number(0).Numbers(1).Numbers(1).Op(0x88).OrderedDict().Tuple().Op('R').Op(0x88).OrderedDict().Tuple().Op('R'));
        using var checkpoint = Open(builder.Zip());
        Assert.Equal([4f], MergedTensors.Floats(checkpoint.Tensors["p"]));
    }

    [Theory]
    [InlineData("state_dict")]
    [InlineData("model")]
    public void A_dictionary_that_holds_only_the_weights_is_looked_into(string key)
    {
        var inner = new TorchBuilder().Add("a", DType.F32, [1], 1f);
        var pickle = new PickleWriter().EmptyDict().Text(key).Op(inner.Pickle().AsSpan()[2..^1]).Op('s').Stop();
        using var checkpoint = Open(new ZipBuilder().Add("x/data.pkl", pickle).Add("x/data/0", Floats(1)).Build());
        Assert.Equal(["a"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Shards_of_an_index_are_joined_and_safetensors_go_first()
    {
        folder.Write("pytorch_model-00001-of-00002.bin", new TorchBuilder().Add("a", DType.F32, [1], 1f).Zip());
        folder.Write("pytorch_model-00002-of-00002.bin", new TorchBuilder().Add("b", DType.F32, [1], 2f).Legacy());
        folder.Write("training_args.bin", "x");
        using (var numbered = Checkpoint.Open(folder.Path))
        {
            Assert.Equal(["a", "b"], numbered.Tensors.Keys.Order());
        }

        folder.Write("pytorch_model.bin.index.json", """{"weight_map": {"a": "pytorch_model-00001-of-00002.bin", "b": "pytorch_model-00002-of-00002.bin"}}""");
        using (var indexed = Checkpoint.Open(folder.Path))
        {
            Assert.Equal(["a", "b"], indexed.Tensors.Keys.Order());
            Assert.Equal(3, indexed.Files.Count);
        }

        new SafetensorsBuilder().Add("c", DType.F32, [1], 1f).Write(folder["model.safetensors"]);
        using var preferred = Checkpoint.Open(folder.Path);
        Assert.Equal(["c"], preferred.Tensors.Keys);
    }

    [Theory]
    [InlineData("raw/b.pt")]
    [InlineData("raw/c.pt")]
    [InlineData("math-bin/pytorch_model.bin")]
    public void Files_that_PyTorch_wrote_are_read(string name)
    {
        using var file = PickleFile.Open(Path.Combine(Repository.PathOf("tests", "conformance", "models"), name));
        Assert.NotEmpty(file.Tensors);
        Assert.All(file.Tensors, tensor => Assert.All(MergedTensors.Floats(tensor), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void A_truncated_read_is_an_error_and_no_crash()
    {
        var path = folder.Write("pytorch_model.bin", new TorchBuilder().Add("a", DType.F32, [1000], new float[1000]).Zip());
        using var file = PickleFile.Open(path);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(500);
        }

        MergeErrors.Single(DiagnosticCode.CheckpointChanged, () => MergedTensors.Bytes(file.Tensors[0]));
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Floats(params float[] values) => values.SelectMany(BitConverter.GetBytes).ToArray();

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private Checkpoint Open(byte[] file)
    {
        folder.Write("pytorch_model.bin", file);
        return Checkpoint.Open(folder.Path);
    }
}
