namespace MergeKit.Engine.Numerics;

/// <summary>Converts between float32 and the float types of checkpoints.</summary>
public static class FloatCodec
{
    /// <summary>Decodes little-endian elements of a float type into float32.</summary>
    public static void Decode(DType dtype, ReadOnlySpan<byte> source, Span<float> destination) => throw new NotImplementedException();

    /// <summary>Encodes float32 values as little-endian elements of a float type, rounding to nearest, ties to even.</summary>
    public static void Encode(DType dtype, ReadOnlySpan<float> source, Span<byte> destination) => throw new NotImplementedException();

    /// <summary>Rounds float32 values to the nearest value that a float type can hold; they stay float32.</summary>
    public static void Round(DType dtype, Span<float> values) => throw new NotImplementedException();
}
