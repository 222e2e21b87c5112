using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>The constants of the safetensors format, version of safetensors 0.8 (https://github.com/huggingface/safetensors).</summary>
internal static class SafetensorsFormat
{
    /// <summary>Size of the little-endian number at the start that gives the size of the JSON header.</summary>
    public const int PrefixSize = 8;

    /// <summary>Largest JSON header in bytes, padding included.</summary>
    public const int MaximumHeaderSize = 100_000_000;

    /// <summary>The header is padded with spaces to a multiple of this.</summary>
    public const int HeaderAlignment = 8;

    /// <summary>The key of the text-to-text map that is no tensor.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>Names of the dtypes that the format knows but a merge does not: less than a byte, complex, or scales of other tensors.</summary>
    public static readonly IReadOnlyList<string> UnsupportedDTypes =
        ["F4", "F6_E2M3", "F6_E3M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "C64"];

    /// <summary>The order in which the reference implementation ranks dtypes by alignment; files hold the last of these first.</summary>
    private static readonly DType[] AlignmentOrder =
    [
        DType.Bool, DType.U8, DType.I8, DType.F8E5M2, DType.F8E4M3, DType.I16, DType.U16, DType.F16, DType.BF16,
        DType.I32, DType.U32, DType.F32, DType.F64, DType.I64, DType.U64,
    ];

    /// <summary>Names of the dtypes that can be read.</summary>
    public static string SupportedDTypes => string.Join(", ", Enum.GetValues<DType>().Select(DTypes.SafetensorsName));

    /// <summary>Rank of a dtype in the order of tensors: higher ranks come first.</summary>
    public static int AlignmentRank(DType dtype) => Array.IndexOf(AlignmentOrder, dtype);
}
