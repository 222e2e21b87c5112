namespace MergeKit.Engine.Numerics;

/// <summary>Element types of checkpoint tensors.</summary>
public enum DType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>8-bit signed integer.</summary>
    I8,

    /// <summary>16-bit unsigned integer.</summary>
    U16,

    /// <summary>16-bit signed integer.</summary>
    I16,

    /// <summary>32-bit unsigned integer.</summary>
    U32,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>64-bit unsigned integer.</summary>
    U64,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits, no infinities (OCP FP8 E4M3, "fn").</summary>
    F8E4M3,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits (OCP FP8 E5M2).</summary>
    F8E5M2,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary64.</summary>
    F64,
}
