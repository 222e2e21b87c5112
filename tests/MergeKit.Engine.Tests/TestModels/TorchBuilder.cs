using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Makes files of torch.save for tests, in both of its containers.</summary>
internal sealed class TorchBuilder
{
    private static readonly Dictionary<DType, string> StorageClasses = new()
    {
        [DType.F64] = "DoubleStorage", [DType.F32] = "FloatStorage", [DType.F16] = "HalfStorage", [DType.BF16] = "BFloat16Storage", [DType.I64] = "LongStorage",
        [DType.I32] = "IntStorage", [DType.I16] = "ShortStorage", [DType.I8] = "CharStorage", [DType.U8] = "ByteStorage", [DType.Bool] = "BoolStorage",
    };

    private readonly List<(string Class, byte[] Data, int ElementSize)> storages = [];
    private readonly List<(string Name, Action<PickleWriter> Write)> items = [];

    /// <summary>Protocol of the pickle with the tensors.</summary>
    public int Protocol { get; init; } = 2;

    /// <summary>Adds a tensor with a storage of its own.</summary>
    public TorchBuilder Add(string name, DType dtype, long[] shape, byte[] data) => View(name, Storage(dtype, data), dtype, 0, shape, Contiguous(shape));

    public TorchBuilder Add(string name, DType dtype, long[] shape, params float[] values)
    {
        var data = new byte[values.Length * dtype.Size()];
        FloatCodec.Encode(dtype, values, data);
        return Add(name, dtype, shape, data);
    }

    /// <summary>Adds a storage and gives its key. Types that have no class of storages are saved as bytes.</summary>
    public int Storage(DType dtype, byte[] data) => StorageClasses.TryGetValue(dtype, out var type) ? Storage(type, data, dtype.Size()) : Storage("UntypedStorage", data, 1);

    public int Storage(string type, byte[] data, int elementSize)
    {
        storages.Add((type, data, elementSize));
        return storages.Count - 1;
    }

    /// <summary>Adds a tensor that looks at a storage.</summary>
    public TorchBuilder View(string name, int storage, DType dtype, long offset, long[] shape, long[] strides) =>
        Item(name, pickle => Tensor(pickle, storage, StorageClasses.ContainsKey(dtype) ? null : dtype, offset, shape, strides));

    /// <summary>Adds a value.</summary>
    public TorchBuilder Item(string name, Action<PickleWriter> write)
    {
        items.Add((name, write));
        return this;
    }

    /// <summary>The zip archive of today.</summary>
    public byte[] Zip(ZipBuilder? archive = null, string name = "archive")
    {
        var zip = (archive ?? new ZipBuilder()).Add($"{name}/data.pkl", Pickle()).Add($"{name}/byteorder", "little"u8.ToArray());
        foreach (var (key, storage) in storages.Index())
        {
            zip.Add($"{name}/data/{key}", storage.Data);
        }

        return zip.Add($"{name}/version", "3\n"u8.ToArray()).Build();
    }

    /// <summary>The sequence of pickles of old.</summary>
    public byte[] Legacy()
    {
        var system = new PickleWriter().EmptyDict().Mark().Text("protocol_version").Number(1001).Text("little_endian").Op(0x88).SetItems().Stop();
        var keys = new PickleWriter().Op(']').Mark();
        var data = new List<byte>();
        foreach (var (key, storage) in storages.Index())
        {
            keys.Text($"{key}");
            data.AddRange([.. BitConverter.GetBytes((long)storage.Data.Length / storage.ElementSize), .. storage.Data]);
        }

        return [.. LegacyMagic, .. new PickleWriter().Number(1001).Stop(), .. system, .. Pickle(), .. keys.Op('e').Stop(), .. data];
    }

    public static byte[] LegacyMagic => new PickleWriter().Op(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Stop();

    public byte[] Pickle()
    {
        var pickle = new PickleWriter(Protocol);
        if (Protocol >= 4)
        {
            pickle.Op([0x95, .. new byte[8]]);
        }

        pickle.OrderedDict().Put(0).Mark();
        foreach (var (name, write) in items)
        {
            pickle.Text(name);
            write(pickle);
        }

        return pickle.SetItems().EmptyDict().Put(1).Text("_metadata").OrderedDict().Op('s').Op('b').Stop();
    }

    public static long[] Contiguous(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Math.Max(1, shape[axis]);
        }

        return strides;
    }

    private void Tensor(PickleWriter pickle, int storage, DType? stated, long offset, long[] shape, long[] strides)
    {
        var (type, data, elementSize) = storages[storage];
        pickle.Global("torch._utils", stated is null ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3").Mark()
            .Mark().Text("storage").Global(type == "UntypedStorage" ? "torch.storage" : "torch", type).Text($"{storage}").Text("cpu").Number(data.Length / elementSize).Tuple().Op('Q')
            .Number(offset).Numbers(shape).Numbers(strides).Op(0x89).OrderedDict();
        if (stated is { } dtype)
        {
            pickle.Global("torch", dtype.TorchName());
        }

        pickle.Tuple().Op('R');
    }
}
