using System.Buffers;
using System.Numerics.Tensors;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// Computes a run of elements of an adapted matrix in float64, one block after the other. No element depends on the block or run that it is
/// part of.
/// </summary>
internal sealed class AdaptedRun : IDisposable
{
    private readonly AdaptedMatrix matrix;
    private readonly PackedMatrix right;
    private readonly LeftPanel left;
    private readonly double[] values = ArrayPool<double>.Shared.Rent(AdaptedBlock.MaximumElements);
    private readonly double[] scratch = ArrayPool<double>.Shared.Rent(AdaptedBlock.MaximumElements + 2 * PackedMatrix.Lanes);
    private readonly float[] weights = ArrayPool<float>.Shared.Rent(AdaptedBlock.MaximumElements);
    private readonly int maximumRows;
    private readonly long end;
    private long next;

    /// <param name="matrix">The matrix, which is not empty.</param>
    /// <param name="start">Flat index of the first element.</param>
    /// <param name="count">Number of elements.</param>
    public AdaptedRun(AdaptedMatrix matrix, long start, long count)
    {
        this.matrix = matrix;
        (next, end, maximumRows) = (start, start + count, matrix.MaximumRows);
        right = matrix.Right;
        left = new LeftPanel(matrix.Term, matrix.Rows, (end - 1) / matrix.Columns);
    }

    /// <summary>The current block.</summary>
    public AdaptedBlock Block { get; private set; }

    /// <summary>The elements of the current block.</summary>
    public Span<double> Values => values.AsSpan(0, Block.Count);

    /// <summary>Computes the next block; false after the last.</summary>
    public bool Next()
    {
        if (next == end)
        {
            return false;
        }

        Block = AdaptedBlock.At(next, end - next, matrix.Columns, maximumRows);
        Multiply();
        AddWeight();
        next += Block.Count;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(values);
        ArrayPool<double>.Shared.Return(scratch);
        ArrayPool<float>.Shared.Return(weights);
    }

    /// <summary>scale · B·A for whole bundles of columns, and of that what lies in the block.</summary>
    private void Multiply()
    {
        var firstBundle = Block.Column / PackedMatrix.Lanes;
        var bundles = (Block.Column + Block.Columns + PackedMatrix.Lanes - 1) / PackedMatrix.Lanes - firstBundle;
        LowRankProduct.Compute(left.Rows(Block.Row, Block.Rows), right, firstBundle, bundles, Block.Rows, scratch);
        for (var row = 0; row < Block.Rows; row++)
        {
            var inside = row * bundles * PackedMatrix.Lanes + Block.Column % PackedMatrix.Lanes;
            TensorPrimitives.Multiply(scratch.AsSpan(inside, Block.Columns), matrix.Term.Scale, values.AsSpan(row * Block.Columns, Block.Columns));
        }
    }

    private void AddWeight()
    {
        FactorReader.Read(matrix.Weight, next, weights.AsSpan(0, Block.Count));
        TensorPrimitives.ConvertTruncating<float, double>(weights.AsSpan(0, Block.Count), scratch);
        TensorPrimitives.Add(Values, scratch.AsSpan(0, Block.Count), Values);
    }
}
