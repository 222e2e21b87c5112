using System.Text;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints.Pickle;

/// <summary>Nothing in a pickle runs, and nothing in it makes reading long or large.</summary>
public sealed class HostilePickleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "eval")]
    [InlineData("subprocess", "Popen")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("torch.hub", "load")]
    [InlineData("collections", "defaultdict")]
    [InlineData("argparse", "Namespace")]
    [InlineData("_codecs", "encode")]
    [InlineData("System.Diagnostics", "Process")]
    public void A_call_of_anything_else_is_refused_by_name(string module, string name)
    {
        foreach (var protocol in new[] { 2, 4 })
        {
            var pickle = new PickleWriter(protocol).Global(module, name).Mark().Text($"touch {folder["owned"]}").Tuple().Op('R').Stop();
            foreach (var file in new[] { Zip(pickle), [.. TorchBuilder.LegacyMagic, .. pickle], pickle })
            {
                Assert.Contains($"'{module}.{name}'", Refused(DiagnosticCode.PickleGlobalRefused, file), StringComparison.Ordinal);
            }
        }

        Assert.False(File.Exists(folder["owned"]));
    }

    [Fact]
    public void A_call_deep_inside_is_refused_too()
    {
        var builder = new TorchBuilder().Add("a", DType.F32, [1], 1f)
            .Item("b", pickle => pickle.EmptyDict().Text("c").Op(']').Global("os", "system").Mark().Text("id").Tuple().Op('R').Op('a').Op('s'));
        Refused(DiagnosticCode.PickleGlobalRefused, builder.Zip());
        Refused(DiagnosticCode.PickleGlobalRefused, builder.Legacy());
    }

    /// <summary>As <c>pickle.dumps</c> writes a dictionary with such a call in protocols 0 and 1, and the old instruction that names and calls at once.</summary>
    [Theory]
    [InlineData("(dp0\nVa\np1\ncos\nsystem\np2\n(Vid\np3\ntp4\nRp5\ns.")]
    [InlineData("}q\0X\u0001\0\0\0aq\u0001cos\nsystem\nq\u0002(X\u0002\0\0\0idq\u0003tq\u0004Rq\u0005s.")]
    [InlineData("(dp0\nS'a'\np1\n(lp2\nI1\naI01\naL-5L\naF1.5\nag1\naN20acos\nsystem\n(g1\ntRas.")]
    [InlineData("(ios\nsystem\n.")]
    [InlineData("(X\u0002\0\0\0idios\nsystem\n.")]
    public void A_call_in_the_oldest_protocols_is_refused_by_name(string pickle)
    {
        var bytes = Encoding.Latin1.GetBytes(pickle);
        foreach (var file in new[] { Zip(bytes), [.. TorchBuilder.LegacyMagic, .. bytes], [0x80, 1, .. bytes] })
        {
            Assert.Contains("'os.system'", Refused(DiagnosticCode.PickleGlobalRefused, file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Plain_values_of_the_oldest_protocol_are_read()
    {
        var tensor = new TorchBuilder().Add("a", DType.F32, [1], 1f);
        var values = "(dp0\nVstep\nI7\nsS\"flag\"\nI00\nsVbig\nL123456789012345678901234567890L\nsV\nF-1e3\ns"u8;
        var body = tensor.Pickle().AsSpan();
        var start = body.IndexOf("X\u0001\0\0\0a"u8);
        var end = body.LastIndexOf((byte)'u');
        var file = new ZipBuilder().Add("x/data.pkl", [.. values, .. body[start..end], (byte)'s', (byte)'.']).Add("x/data/0", new byte[4]).Build();
        using var opened = PickleFile.Open(folder.Write("old.bin", file));
        Assert.Equal("a", Assert.Single(opened.Tensors).Name);
    }

    /// <summary>Instructions that make objects, of which weights need none, and ones that misuse the allowed.</summary>
    [Theory]
    [InlineData("(}o.")]
    [InlineData("(icollections\nOrderedDict")]
    [InlineData("(K\u0001icollections\nOrderedDict\n.")]
    [InlineData("(K\u0001d.")]
    [InlineData("l.")]
    [InlineData("K\u0001p-1\n.")]
    [InlineData("K\u0001px\n.")]
    [InlineData("g1\n.")]
    [InlineData("I1.5\n.")]
    [InlineData("L1LL\n.")]
    [InlineData("Fx\n.")]
    [InlineData("Sa\n.")]
    [InlineData("S'a\n.")]
    [InlineData("S'\n.")]
    [InlineData("Va\\u0062\n.")]
    [InlineData("2.")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.")]
    [InlineData("\u0082\u0001.")]
    [InlineData("Pos.system\n.")]
    [InlineData("ccollections\nOrderedDict\n(K\u0001tR.")]
    [InlineData("ccollections\nOrderedDict\nK\u0001R.")]
    [InlineData("K\u0001)R.")]
    [InlineData("K\u0001}b.")]
    [InlineData("K\u0001K\u0001a.")]
    [InlineData("K\u0001K\u0001K\u0001s.")]
    [InlineData("}(K\u0001u.")]
    [InlineData("K\u0001Q.")]
    [InlineData("K\u0001K\u0002\u0093.")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.")]
    [InlineData("h\u0007.")]
    [InlineData(".")]
    [InlineData("0.")]
    [InlineData("1.")]
    [InlineData("(.")]
    [InlineData("K\u0001(0.")]
    [InlineData("t.")]
    [InlineData("K\u0001\u0087.")]
    [InlineData("q\0.")]
    [InlineData("\u00ff")]
    [InlineData("\u0080\u00ff.")]
    [InlineData("c\u00ff\n\u00ff\n.")]
    [InlineData("\u008c\u0001\u00ff.")]
    public void Instructions_that_weights_do_not_need_are_refused(string pickle)
    {
        var bytes = Encoding.Latin1.GetBytes(pickle);
        Refused(DiagnosticCode.PickleInvalid, Zip([0x80, 2, .. bytes]));
        Refused(DiagnosticCode.PickleInvalid, [.. TorchBuilder.LegacyMagic, 0x80, 2, .. bytes]);
    }

    [Theory]
    [InlineData("X\u00ff\u00ff\u00ff\u007f")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u007f")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u008a\u00ff")]
    public void Lengths_beyond_the_file_allocate_nothing(string pickle) => Refused(DiagnosticCode.PickleInvalid, Zip(Encoding.Latin1.GetBytes(pickle)));

    [Fact]
    public void Containers_that_hold_themselves_are_harmless()
    {
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().EmptyDict().Put(0).Text("a").Op((byte)'h', 0).Op('s').Stop()));
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().EmptyDict().Put(0).Text("model").Op((byte)'h', 0).Op('s').Stop()));
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().Op(']').Put(0).Op((byte)'h', 0).Op('a').Stop()));
        var key = new PickleWriter().EmptyDict().Put(0).Op(']').Put(1).Mark().Op((byte)'h', 1).Op((byte)'h', 1).Tuple().Put(2).Op('a').Op('0').Op((byte)'h', 2).Op((byte)'h', 2).Op('s');
        Refused(DiagnosticCode.StateDictInvalid, Zip(key.Stop()));
    }

    [Fact]
    public void Nesting_of_any_depth_takes_little()
    {
        Refused(DiagnosticCode.StateDictInvalid, Zip([.. Enumerable.Repeat((byte)']', 100_000), .. Enumerable.Repeat((byte)'a', 99_999), (byte)'.']));
        Refused(DiagnosticCode.StateDictInvalid, Zip([(byte)')', .. Enumerable.Repeat((byte)0x85, 100_000), (byte)'.']));
        Refused(DiagnosticCode.PickleInvalid, Zip([.. Enumerable.Repeat((byte)'(', 100_000), (byte)'.']));
        var doubling = new PickleWriter().Op(')');
        for (var i = 0; i < 10_000; i++)
        {
            doubling.Op((byte)'q', 0).Op((byte)'h', 0).Op(0x86);
        }

        Refused(DiagnosticCode.StateDictInvalid, Zip(doubling.Stop()));
    }

    [Fact]
    public void Too_many_instructions_are_refused()
    {
        Refused(DiagnosticCode.PickleInvalid, Zip([.. Enumerable.Repeat<byte[]>([(byte)')', (byte)'0'], 4_100_000).SelectMany(op => op)]));
        Refused(DiagnosticCode.PickleInvalid, Zip([.. Enumerable.Repeat((byte)'N', 2_100_000)]));
        Refused(DiagnosticCode.PickleInvalid, Zip([(byte)'N', .. Enumerable.Repeat((byte)0x94, 2_100_000)]));
    }

    [Theory]
    [InlineData(0, new long[] { 5 }, new long[] { 1 })]
    [InlineData(4, new long[] { 1 }, new long[] { 1 })]
    [InlineData(-1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(long.MaxValue, new long[] { 1 }, new long[] { 1 })]
    [InlineData(1, new long[] { 2, 2 }, new long[] { 2, 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(0, new long[] { -2 }, new long[] { 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { 1, 1 })]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(0, new long[] { 3, 3 }, new long[] { long.MaxValue, long.MaxValue })]
    [InlineData(0, new long[] { 1L << 40, 1L << 40 }, new long[] { 0, 0 })]
    [InlineData(0, new long[] { 1L << 40 }, new long[] { 0 })]
    [InlineData(0, new long[] { 1L << 61 }, new long[] { 0 })]
    public void Tensors_beyond_their_storage_are_refused(long offset, long[] shape, long[] strides)
    {
        var builder = new TorchBuilder();
        builder.View("v", builder.Storage(DType.F32, new byte[16]), DType.F32, offset, shape, strides);
        Assert.Contains("'v'", Refused(DiagnosticCode.StorageInvalid, builder.Zip()), StringComparison.Ordinal);
        Refused(DiagnosticCode.StorageInvalid, builder.Legacy());
    }

    [Fact]
    public void Many_names_for_the_same_bytes_are_refused()
    {
        var builder = new TorchBuilder();
        var storage = builder.Storage(DType.U8, new byte[1 << 20]);
        for (var i = 0; i < 30; i++)
        {
            builder.View($"v{i}", storage, DType.U8, 0, [1 << 20], [1]);
        }

        Assert.Contains("times the file", Refused(DiagnosticCode.StorageInvalid, builder.Zip()), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_keys_of_storages_are_refused_however_often_they_are_recalled()
    {
        var pickle = new PickleWriter()
            .Mark().Text("storage").Global("torch", "FloatStorage").Text(new string('0', 5_000_000)).Text("cpu").Number(1).Tuple().Put(0).Op('0');
        for (var i = 0; i < 100_000; i++)
        {
            pickle.Op((byte)'h', 0).Op('Q').Op('0');
        }

        var bytes = pickle.None().Stop();
        Assert.Contains("no storage", Refused(DiagnosticCode.PickleInvalid, Zip(bytes)), StringComparison.Ordinal);
        Refused(DiagnosticCode.PickleInvalid, [.. TorchBuilder.LegacyMagic, .. bytes]);
    }

    [Theory]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 0 })]
    public void More_tensors_than_any_model_has_are_refused(long[] shape)
    {
        var pickle = new PickleWriter().EmptyDict()
            .Global("torch._utils", "_rebuild_tensor_v2").Mark()
            .Mark().Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(1).Tuple().Op('Q')
            .Number(0).Numbers(shape).Numbers(1).Op(0x89).OrderedDict().Tuple().Op('R').Put(0).Op('0').Mark();
        for (var i = 0; i <= 250_000; i++)
        {
            pickle.Text($"{i:x}").Op((byte)'h', 0);
        }

        var file = new ZipBuilder().Add("x/data.pkl", pickle.SetItems().Stop()).Add("x/data/0", new byte[4]).Build();
        Assert.Contains("250001 tensors", Refused(DiagnosticCode.TensorLimitExceeded, file), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_longer_than_any_tensor_has_are_refused()
    {
        Assert.Contains("4097 characters", Refused(DiagnosticCode.TensorLimitExceeded, new TorchBuilder().Add(new string('a', 4097), DType.F32, [1], 1f).Zip()), StringComparison.Ordinal);
        using var longest = PickleFile.Open(folder.Write("longest.bin", new TorchBuilder().Add(new string('a', 4096), DType.F32, [1], 1f).Zip()));
        Assert.Equal(4096, Assert.Single(longest.Tensors).Name.Length);
    }

    [Fact]
    public void Storages_that_are_not_there_are_refused()
    {
        var builder = new TorchBuilder().Add("a", DType.F32, [1], 1f);
        Refused(DiagnosticCode.StorageInvalid, new ZipBuilder().Add("x/data.pkl", builder.Pickle()).Build());
        Refused(DiagnosticCode.StorageInvalid, new ZipBuilder().Add("x/data.pkl", builder.Pickle()).Add("x/data/0", new byte[3]).Build());
        Refused(DiagnosticCode.StorageInvalid, new ZipBuilder().Add("x/data.pkl", builder.Pickle()).Add("y/data/0", new byte[4]).Build());
        Refused(DiagnosticCode.StorageInvalid, builder.Legacy()[..^1]);
    }

    [Theory]
    [InlineData("ComplexFloatStorage", 8, "complex64")]
    [InlineData("QInt8Storage", 1, "qint8")]
    public void Dtypes_without_arithmetic_are_named(string type, int size, string name)
    {
        var builder = new TorchBuilder();
        builder.View("v", builder.Storage(type, new byte[2 * size], size), DType.F32, 0, [2], [1]);
        Assert.Contains(name, Refused(DiagnosticCode.DTypeUnsupported, builder.Zip()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_dictionary_of_tensors_is_refused()
    {
        var tensors = new TorchBuilder().Add("a", DType.F32, [1], 1f);
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().None().Stop()));
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().EmptyDict().Stop()));
        Refused(DiagnosticCode.StateDictInvalid, Zip(new PickleWriter().EmptyDict().Number(1).Number(1).Op('s').Stop()));
        Assert.Contains("'optimizer'", Refused(DiagnosticCode.StateDictInvalid, tensors.Item("optimizer", pickle => pickle.EmptyDict()).Zip()), StringComparison.Ordinal);
        Assert.Contains("'a' twice", Refused(DiagnosticCode.StateDictInvalid, new TorchBuilder().Add("a", DType.F32, [1], 1f).Add("a", DType.F32, [1], 2f).Zip()), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static byte[] Zip(byte[] pickle) => new ZipBuilder().Add("x/data.pkl", pickle).Build();

    /// <summary>Asserts that a file is refused with one error, and that this took no more memory than its size justifies.</summary>
    private string Refused(DiagnosticCode code, byte[] bytes)
    {
        var path = folder.Write("hostile.bin", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MergeErrors.Single(code, () => PickleFile.Open(path).Dispose());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes.Length * 128L + 400_000);
        Assert.Contains(path, message, StringComparison.Ordinal);
        return message;
    }
}
