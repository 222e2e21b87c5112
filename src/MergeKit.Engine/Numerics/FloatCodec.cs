using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MergeKit.Engine.Numerics;

/// <summary>
/// Converts between float32 and the float types of checkpoints (little-endian bytes). Rounds to nearest, ties to even;
/// subnormal numbers are exact; NaN stay NaN with their sign and become quiet; values too large become infinite, or NaN in
/// F8_E4M3, which has no infinities: what <c>Tensor.to</c> of PyTorch does. Elements do not depend on their neighbours or on
/// the width of the machine's vectors.
/// </summary>
public static class FloatCodec
{
    /// <summary>Bits of float32's infinity: a magnitude below it, taken as bits without the sign, is a finite number.</summary>
    public const uint InfinityBits = 0x7F80_0000;

    /// <summary>
    /// Bits, without the sign, of the smallest float32 magnitude that <see cref="Encode"/> makes infinite or NaN: half a step above the
    /// largest finite number, which is odd in all formats but F8_E4M3, where the tie goes down.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is no float type.</exception>
    public static uint OverflowBits(DType dtype) => dtype switch
    {
        DType.F64 or DType.F32 => InfinityBits,
        DType.BF16 => 0x7F7F_8000,
        DType.F16 => BitConverter.SingleToUInt32Bits(65_520f),
        DType.F8E5M2 => BitConverter.SingleToUInt32Bits(61_440f),
        DType.F8E4M3 => BitConverter.SingleToUInt32Bits(464f) + 1,
        _ => throw NotFloat(dtype),
    };

    /// <summary>Decodes elements into float32; exact but for F64, which is rounded.</summary>
    /// <param name="dtype">A float type.</param>
    /// <param name="source">The elements' bytes; need not be aligned.</param>
    /// <param name="destination">As many values as <paramref name="source"/> has elements.</param>
    /// <returns>The largest magnitude, as bits: from <see cref="InfinityBits"/> on, not all values are finite.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is no float type, or the lengths do not match.</exception>
    public static uint Decode(DType dtype, ReadOnlySpan<byte> source, Span<float> destination)
    {
        RequireLengths(dtype, source.Length, destination.Length);
        switch (dtype)
        {
            case DType.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(source), destination);
                return FloatLanes.LargestMagnitude(destination);
            case DType.F32:
                source.CopyTo(MemoryMarshal.AsBytes(destination));
                return FloatLanes.LargestMagnitude(destination);
            case DType.BF16:
                return FloatLanes.Decode<BFloat16Format>(source, destination);
            case DType.F16:
                return FloatLanes.Decode<SmallFloatFormat<Float16>>(source, destination);
            case DType.F8E5M2:
                return FloatLanes.Decode<SmallFloatFormat<Float8E5M2>>(source, destination);
            case DType.F8E4M3:
                return FloatLanes.Decode<SmallFloatFormat<Float8E4M3>>(source, destination);
            default:
                throw NotFloat(dtype);
        }
    }

    /// <summary>Encodes float32 values as elements.</summary>
    /// <param name="dtype">A float type.</param>
    /// <param name="source">The values.</param>
    /// <param name="destination">The elements' bytes, as many elements as <paramref name="source"/> has values; need not be aligned.</param>
    /// <returns>The largest magnitude of the values, as bits: from <see cref="OverflowBits"/> on, not all elements are finite.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is no float type, or the lengths do not match.</exception>
    public static uint Encode(DType dtype, ReadOnlySpan<float> source, Span<byte> destination)
    {
        RequireLengths(dtype, destination.Length, source.Length);
        switch (dtype)
        {
            case DType.F64:
                TensorPrimitives.ConvertTruncating(source, MemoryMarshal.Cast<byte, double>(destination));
                return FloatLanes.LargestMagnitude(source);
            case DType.F32:
                MemoryMarshal.AsBytes(source).CopyTo(destination);
                return FloatLanes.LargestMagnitude(source);
            case DType.BF16:
                return FloatLanes.Encode<BFloat16Format>(source, destination);
            case DType.F16:
                return FloatLanes.Encode<SmallFloatFormat<Float16>>(source, destination);
            case DType.F8E5M2:
                return FloatLanes.Encode<SmallFloatFormat<Float8E5M2>>(source, destination);
            case DType.F8E4M3:
                return FloatLanes.Encode<SmallFloatFormat<Float8E4M3>>(source, destination);
            default:
                throw NotFloat(dtype);
        }
    }

    /// <summary>Rounds float32 values to what they would be after a trip through another float type; F32 and F64 change nothing.</summary>
    /// <param name="dtype">A float type.</param>
    /// <param name="values">The values, rounded in place.</param>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is no float type.</exception>
    public static void Round(DType dtype, Span<float> values)
    {
        switch (dtype)
        {
            case DType.F64 or DType.F32:
                break;
            case DType.BF16:
                FloatLanes.Round<BFloat16Format>(values);
                break;
            case DType.F16:
                FloatLanes.Round<SmallFloatFormat<Float16>>(values);
                break;
            case DType.F8E5M2:
                FloatLanes.Round<SmallFloatFormat<Float8E5M2>>(values);
                break;
            case DType.F8E4M3:
                FloatLanes.Round<SmallFloatFormat<Float8E4M3>>(values);
                break;
            default:
                throw NotFloat(dtype);
        }
    }

    private static void RequireLengths(DType dtype, int bytes, int values)
    {
        if (bytes != (long)values * dtype.Size())
        {
            throw new ArgumentException($"{bytes} bytes are not {values} elements of {dtype.SafetensorsName()}.", nameof(bytes));
        }
    }

    private static ArgumentException NotFloat(DType dtype) => new($"{dtype.SafetensorsName()} is not a float type.", nameof(dtype));
}
