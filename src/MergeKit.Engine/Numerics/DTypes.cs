namespace MergeKit.Engine.Numerics;

/// <summary>Facts about <see cref="DType"/>: sizes and the names that formats and recipes use.</summary>
public static class DTypes
{
    private static readonly (DType Type, int Size, string Safetensors, string Torch)[] Table =
    [
        (DType.Bool, 1, "BOOL", "bool"),
        (DType.U8, 1, "U8", "uint8"),
        (DType.I8, 1, "I8", "int8"),
        (DType.U16, 2, "U16", "uint16"),
        (DType.I16, 2, "I16", "int16"),
        (DType.U32, 4, "U32", "uint32"),
        (DType.I32, 4, "I32", "int32"),
        (DType.U64, 8, "U64", "uint64"),
        (DType.I64, 8, "I64", "int64"),
        (DType.F8E4M3, 1, "F8_E4M3", "float8_e4m3fn"),
        (DType.F8E5M2, 1, "F8_E5M2", "float8_e5m2"),
        (DType.F16, 2, "F16", "float16"),
        (DType.BF16, 2, "BF16", "bfloat16"),
        (DType.F32, 4, "F32", "float32"),
        (DType.F64, 8, "F64", "float64"),
    ];

    /// <summary>The names of the float types, as recipes and config.json write them.</summary>
    public static IEnumerable<string> FloatNames => Table.Where(row => row.Type.IsFloat()).Select(row => row.Torch);

    /// <summary>Bytes per element.</summary>
    public static int Size(this DType type) => Table[(int)type].Size;

    /// <summary>Whether the type is a floating-point type, that is, one that takes part in arithmetic.</summary>
    public static bool IsFloat(this DType type) => type >= DType.F8E4M3;

    /// <summary>The name in a safetensors header, for example <c>BF16</c>.</summary>
    public static string SafetensorsName(this DType type) => Table[(int)type].Safetensors;

    /// <summary>The name in recipes and config.json, for example <c>bfloat16</c>.</summary>
    public static string TorchName(this DType type) => Table[(int)type].Torch;

    /// <summary>Finds the type that a safetensors header names.</summary>
    public static bool TryParseSafetensors(string name, out DType type) => TryFind(row => row.Safetensors == name, out type);

    /// <summary>Finds the type that a recipe or config.json names; a <c>torch.</c> prefix is allowed.</summary>
    public static bool TryParseTorch(string name, out DType type)
    {
        var bare = name.StartsWith("torch.", StringComparison.Ordinal) ? name["torch.".Length..] : name;
        return TryFind(row => row.Torch == bare, out type);
    }

    private static bool TryFind(Predicate<(DType Type, int Size, string Safetensors, string Torch)> match, out DType type)
    {
        var index = Array.FindIndex(Table, match);
        type = index < 0 ? default : Table[index].Type;
        return index >= 0;
    }
}
