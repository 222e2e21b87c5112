using System.Buffers;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>Reads elements of tensors as float32.</summary>
internal static class FactorReader
{
    /// <summary>Reads elements from the one with flat index <paramref name="start"/> until <paramref name="values"/> is full.</summary>
    public static void Read(TensorSource source, long start, Span<float> values)
    {
        var length = values.Length * source.DType.Size();
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            source.Read(start, bytes.AsSpan(0, length));
            FloatCodec.Decode(source.DType, bytes.AsSpan(0, length), values);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
