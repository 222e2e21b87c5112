using System.Buffers;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>
/// A tensor whose elements do not follow each other in the file: transposed, sliced or expanded. Read in blocks of two dimensions, along the
/// one in which elements are closer together, so that a transposed matrix takes one read per column of a block and not one per element.
/// </summary>
internal sealed class StridedTensor : StoredTensor
{
    private const int PieceBytes = 64 << 10;

    private readonly int size;
    private readonly long columns;
    private readonly long columnStride;
    private readonly long rows;
    private readonly long rowStride;
    private readonly TensorLayout outer;

    /// <summary>Creates the tensor; <paramref name="layout"/> is simplified, has at least one dimension and no empty one.</summary>
    public StridedTensor(string name, DType dtype, TensorShape shape, CheckpointFile file, long fileOffset, TensorLayout layout)
        : base(name, dtype, shape, file, fileOffset)
    {
        size = dtype.Size();
        var rank = layout.Dimensions.Count;
        (columns, columnStride) = (layout.Dimensions[^1], layout.Strides[^1]);
        (rows, rowStride) = rank > 1 ? (layout.Dimensions[^2], layout.Strides[^2]) : (1, 0);
        outer = new TensorLayout([.. layout.Dimensions.SkipLast(2)], [.. layout.Strides.SkipLast(2)]);
    }

    internal override bool IsInPlace => false;

    public override void Read(long start, Span<byte> destination)
    {
        RequireInside(start, destination.Length);
        while (!destination.IsEmpty)
        {
            var (row, column) = Math.DivRem(start, columns);
            var wholeRows = column == 0 ? Math.Min(rows - row % rows, destination.Length / size / columns) : 0;
            var origin = Origin(row / rows) + row % rows * rowStride + column * columnStride;
            var count = wholeRows > 0 ? wholeRows * columns : Math.Min(columns - column, destination.Length / size);
            ReadBlock(origin, Math.Max(wholeRows, 1), wholeRows > 0 ? columns : count, destination[..(int)(count * size)]);
            destination = destination[(int)(count * size)..];
            start += count;
        }
    }

    /// <summary>The first element of a matrix of the last two dimensions, in elements after that of the tensor.</summary>
    private long Origin(long matrix)
    {
        var origin = 0L;
        for (var axis = outer.Dimensions.Count - 1; axis >= 0; axis--)
        {
            (matrix, var index) = Math.DivRem(matrix, outer.Dimensions[axis]);
            origin += index * outer.Strides[axis];
        }

        return origin;
    }

    private void ReadBlock(long origin, long height, long width, Span<byte> destination)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            if (height > 1 && rowStride < columnStride)
            {
                for (var column = 0; column < width; column++)
                {
                    ReadRun(origin + column * columnStride, height, rowStride, destination[(column * size)..], (int)width, piece.AsSpan(0, PieceBytes));
                }
            }
            else
            {
                for (var row = 0L; row < height; row++)
                {
                    ReadRun(origin + row * rowStride, width, columnStride, destination[(int)(row * width * size)..], 1, piece.AsSpan(0, PieceBytes));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Reads elements at equal distances in the file and writes them at equal distances.</summary>
    private void ReadRun(long origin, long count, long stride, Span<byte> destination, int destinationStride, Span<byte> piece)
    {
        if (stride == 1 && destinationStride == 1)
        {
            Fill(FileOffset + origin * size, destination[..(int)(count * size)]);
            return;
        }

        var perPiece = stride == 0 ? count : Math.Max(1, (piece.Length / size - 1) / stride + 1);
        for (var done = 0L; done < count;)
        {
            var now = Math.Min(perPiece, count - done);
            var span = piece[..(int)(((now - 1) * stride + 1) * size)];
            Fill(FileOffset + (origin + done * stride) * size, span);
            for (var i = 0; i < now; i++)
            {
                span.Slice((int)(i * stride) * size, size).CopyTo(destination[(int)((done + i) * destinationStride * size)..]);
            }

            done += now;
        }
    }
}
