using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Numerics;

/// <summary>
/// A float type of 8 or 16 bits as operations on vectors: one code or value per 32-bit lane. Only integer operations and exact
/// float operations are used, so that every machine gets the same bits.
/// </summary>
internal interface IFloatFormat
{
    /// <summary>Bytes per element in memory: 1 or 2.</summary>
    static abstract int Size { get; }

    /// <summary>Values of codes (upper bits of a lane are zero); exact, NaN become quiet.</summary>
    static abstract Vector256<float> Decode(Vector256<uint> codes);

    /// <summary>The same for twice as many.</summary>
    static abstract Vector512<float> Decode(Vector512<uint> codes);

    /// <summary>Codes of the nearest values, ties to even; upper bits of a lane are zero.</summary>
    static abstract Vector256<uint> Encode(Vector256<float> values);

    /// <summary>The same for twice as many.</summary>
    static abstract Vector512<uint> Encode(Vector512<float> values);
}
