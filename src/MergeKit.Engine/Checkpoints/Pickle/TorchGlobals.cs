using System.Collections.Frozen;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>The Python names that a pickle may mention, and what they stand for here. Nothing is looked up anywhere else.</summary>
internal static class TorchGlobals
{
    private static readonly string[] UnsupportedTypes =
    [
        "complex32", "complex64", "complex128", "qint8", "quint8", "qint32", "quint4x2", "quint2x4",
        "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu", "float4_e2m1fn_x2", "bits8", "bits16",
    ];

    private static readonly (string Class, string Type)[] Storages =
    [
        ("DoubleStorage", "float64"), ("FloatStorage", "float32"), ("HalfStorage", "float16"), ("BFloat16Storage", "bfloat16"),
        ("LongStorage", "int64"), ("IntStorage", "int32"), ("ShortStorage", "int16"), ("CharStorage", "int8"), ("ByteStorage", "uint8"),
        ("BoolStorage", "bool"), ("UntypedStorage", "uint8"),
        ("ComplexDoubleStorage", "complex128"), ("ComplexFloatStorage", "complex64"), ("QInt8Storage", "qint8"), ("QUInt8Storage", "quint8"),
        ("QInt32Storage", "qint32"), ("QUInt4x2Storage", "quint4x2"), ("QUInt2x4Storage", "quint2x4"),
    ];

    private static readonly FrozenDictionary<(string Module, string Name), object> Known = All().ToFrozenDictionary(entry => entry.Key, entry => entry.Value);

    /// <summary>A <see cref="TorchFunction"/>, <see cref="TorchType"/> or <see cref="TorchStorageType"/>; null for a name that is not allowed.</summary>
    public static object? Find(string module, string name) => Known.GetValueOrDefault((module, name));

    private static IEnumerable<((string Module, string Name) Key, object Value)> All()
    {
        yield return (("collections", "OrderedDict"), TorchFunction.OrderedDict);
        yield return (("torch", "Size"), TorchFunction.Size);
        yield return (("torch", "device"), TorchFunction.Device);
        yield return (("torch._utils", "_rebuild_tensor"), TorchFunction.RebuildTensor);
        yield return (("torch._utils", "_rebuild_tensor_v2"), TorchFunction.RebuildTensorV2);
        yield return (("torch._utils", "_rebuild_tensor_v3"), TorchFunction.RebuildTensorV3);
        yield return (("torch._utils", "_rebuild_parameter"), TorchFunction.RebuildParameter);
        yield return (("torch._utils", "_rebuild_parameter_with_state"), TorchFunction.RebuildParameterWithState);
        var types = Enum.GetValues<DType>().Select(type => new TorchType(type.TorchName(), type)).Concat(UnsupportedTypes.Select(name => new TorchType(name, null))).ToDictionary(type => type.Name);
        foreach (var type in types.Values)
        {
            yield return (("torch", type.Name), type);
        }

        foreach (var (name, type) in Storages)
        {
            yield return (("torch", name), new TorchStorageType(types[type]));
        }

        yield return (("torch.storage", "UntypedStorage"), new TorchStorageType(types["uint8"]));
    }
}
