using System.Runtime.InteropServices;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Names that libtorch has for things of the engine.</summary>
internal static class Torch
{
    /// <summary>Float8 types have numbers in libtorch and no names in TorchSharp.</summary>
    private const torch.ScalarType Float8E5M2 = (torch.ScalarType)23;
    private const torch.ScalarType Float8E4M3 = (torch.ScalarType)24;

    /// <summary>The type that values of a float type are converted to.</summary>
    public static torch.ScalarType TypeOf(DType dtype) => dtype switch
    {
        DType.F64 => torch.ScalarType.Float64,
        DType.F32 => torch.ScalarType.Float32,
        DType.F16 => torch.ScalarType.Float16,
        DType.BF16 => torch.ScalarType.BFloat16,
        DType.F8E5M2 => Float8E5M2,
        DType.F8E4M3 => Float8E4M3,
        _ => throw new ArgumentException($"{dtype.SafetensorsName()} is not a float type.", nameof(dtype)),
    };

    /// <summary>The type in which the bytes of elements cross the bus.</summary>
    public static torch.ScalarType CarrierOf(DType dtype) => dtype.Size() == 1 ? torch.ScalarType.Byte : TypeOf(dtype);

    /// <summary>Whether libtorch says that memory, of the device or of the processor, is used up.</summary>
    public static bool IsOutOfMemory(ExternalException e) =>
        e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("ALLOC_FAILED", StringComparison.Ordinal);

    /// <summary>What an error says, without the call stack of the library.</summary>
    public static string FirstLine(Exception e) => e.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
}
