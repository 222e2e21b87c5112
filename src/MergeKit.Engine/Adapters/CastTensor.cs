using System.Buffers;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>A tensor of floats rounded to another type while it is read.</summary>
internal sealed class CastTensor(string name, DType dtype, TensorSource inner) : TensorSource(name, dtype, inner.Shape)
{
    private const int PieceElements = 1 << 14;

    internal override bool IsComputed => inner.IsComputed;

    public override void Read(long start, Span<byte> destination)
    {
        var values = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            while (!destination.IsEmpty)
            {
                var count = Math.Min(PieceElements, destination.Length / DType.Size());
                FactorReader.Read(inner, start, values.AsSpan(0, count));
                FloatCodec.Encode(DType, values.AsSpan(0, count), destination[..(count * DType.Size())]);
                destination = destination[(count * DType.Size())..];
                start += count;
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    internal override string ContentId(IContentDigests digests) => $"{DType} of ({inner.ContentId(digests)})";
}
