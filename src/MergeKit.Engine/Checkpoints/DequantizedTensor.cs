using System.Buffers;
using System.Numerics.Tensors;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// A float8 tensor multiplied by the scales of its blocks: the product in float32, rounded once to the dtype that the weights had.
/// Only the scales that a read needs are read with it.
/// </summary>
/// <param name="codes">The float8 tensor.</param>
/// <param name="scales">A scale per block, or one for all; of a float type.</param>
/// <param name="block">Rows and columns that share a scale; more than the tensor has where all do. The matrices of a tensor of three or more dimensions share none.</param>
/// <param name="dtype">A float type.</param>
internal sealed class DequantizedTensor(TensorSource codes, TensorSource scales, (long Rows, long Columns) block, DType dtype)
    : TensorSource(codes.Name, dtype, codes.Shape)
{
    private const int PieceElements = 16 << 10;

    private readonly long columns = codes.Shape.RowLength;
    private readonly long rows = codes.Shape.Rank > 1 ? codes.Shape[codes.Shape.Rank - 2] : 1;
    private readonly long scaleColumns = (codes.Shape.RowLength - 1) / block.Columns + 1;

    public override void Read(long start, Span<byte> destination)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(PieceElements);
        var values = ArrayPool<float>.Shared.Rent(PieceElements);
        try
        {
            for (var rest = destination; !rest.IsEmpty;)
            {
                var count = Math.Min(PieceElements, rest.Length / DType.Size());
                codes.Read(start, bytes.AsSpan(0, count));
                FloatCodec.Decode(codes.DType, bytes.AsSpan(0, count), values.AsSpan(0, count));
                Scale(start, values.AsSpan(0, count));
                FloatCodec.Encode(DType, values.AsSpan(0, count), rest[..(count * DType.Size())]);
                rest = rest[(count * DType.Size())..];
                start += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    internal override string ContentId(IContentDigests digests) =>
        $"{DType} {Shape} of {codes.ContentId(digests)} by blocks of {block.Rows}x{block.Columns} of {scales.ContentId(digests)}";

    private void Scale(long start, Span<float> values)
    {
        var first = ScaleIndex(start);
        var last = ScaleIndex(start + values.Length - 1);

        // From one row of blocks into the next, an earlier block can follow a later one.
        var from = first - first % scaleColumns;
        var loaded = Load(from, last - last % scaleColumns + scaleColumns - from);
        while (!values.IsEmpty)
        {
            var column = start % columns;
            var run = (int)Math.Min(values.Length, Math.Min(columns - column, block.Columns - column % block.Columns));
            TensorPrimitives.Multiply(values[..run], loaded[(int)(ScaleIndex(start) - from)], values[..run]);
            values = values[run..];
            start += run;
        }
    }

    /// <summary>The flat index of the scale of an element.</summary>
    private long ScaleIndex(long element)
    {
        if (scales.Shape.ElementCount == 1)
        {
            return 0;
        }

        var (row, column) = Math.DivRem(element, columns);
        var (matrix, rowInMatrix) = Math.DivRem(row, rows);
        var scaleRows = (rows - 1) / block.Rows + 1;
        return (matrix * scaleRows + rowInMatrix / block.Rows) * scaleColumns + column / block.Columns;
    }

    private float[] Load(long from, long count)
    {
        var size = scales.DType.Size();
        var bytes = new byte[count * size];
        scales.Read(from, bytes);
        var values = new float[count];
        FloatCodec.Decode(scales.DType, bytes, values);
        return values;
    }
}
