using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Adapters;

/// <summary>A bias to which an adapter's own bias is added (<c>lora_bias</c>): b + scale · lora_B.bias, summed in float64 and rounded once.</summary>
internal sealed class ShiftedTensor(string name, DType dtype, DType nominal, TensorSource bias, TensorSource shift, double scale) : TensorSource(name, dtype, bias.Shape)
{
    private const int PieceElements = 1 << 12;

    /// <inheritdoc/>
    public override DType NominalDType => nominal;

    internal override bool IsComputed => true;

    public override void Read(long start, Span<byte> destination)
    {
        var values = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            var (sums, terms) = (new double[PieceElements], new double[PieceElements]);
            while (!destination.IsEmpty)
            {
                var count = Math.Min(PieceElements, destination.Length / DType.Size());
                FactorReader.Read(shift, start, values.AsSpan(0, count));
                TensorPrimitives.ConvertTruncating<float, double>(values.AsSpan(0, count), terms);
                FactorReader.Read(bias, start, values.AsSpan(0, count));
                TensorPrimitives.ConvertTruncating<float, double>(values.AsSpan(0, count), sums);
                TensorPrimitives.MultiplyAdd(terms.AsSpan(0, count), scale, sums.AsSpan(0, count), sums);
                TensorPrimitives.ConvertTruncating<double, float>(sums.AsSpan(0, count), values);
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

    internal override string ContentId(IContentDigests digests) =>
        string.Create(CultureInfo.InvariantCulture, $"{DType} {Shape} of ({bias.ContentId(digests)}) + {scale:R} ({shift.ContentId(digests)})");
}
