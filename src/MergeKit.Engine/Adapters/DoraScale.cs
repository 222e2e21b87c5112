using System.Numerics.Tensors;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// DoRA's factors (https://arxiv.org/abs/2402.09353): each output's magnitude, divided by the norm of its weights W + ΔW. Outputs are rows of
/// the matrix, or columns where it is stored transposed; a row's factor is computed when the row is read for the first time, those of columns
/// in one pass over the matrix.
/// </summary>
internal sealed class DoraScale
{
    private readonly AdaptedMatrix matrix;
    private readonly Lazy<double[]> magnitude;
    private readonly Lazy<double[]> ofColumns;
    private readonly Lazy<double[]> ofRows;

    /// <param name="matrix">W + ΔW.</param>
    /// <param name="magnitude">The magnitudes, one per output.</param>
    public DoraScale(AdaptedMatrix matrix, TensorSource magnitude)
    {
        this.matrix = matrix;
        this.magnitude = new(() => ReadAll(magnitude));
        ofColumns = new(ComputeColumns);
        ofRows = new(() => [.. Enumerable.Repeat(double.NaN, checked((int)matrix.Rows))]);
    }

    /// <summary>Multiplies the elements of a block by their outputs' factors.</summary>
    public void Apply(AdaptedBlock block, Span<double> values)
    {
        for (var i = 0; i < block.Rows; i++)
        {
            var row = values.Slice(i * block.Columns, block.Columns);
            if (matrix.Term.IsTransposed)
            {
                TensorPrimitives.Multiply(row, ofColumns.Value.AsSpan(block.Column, block.Columns), row);
            }
            else
            {
                TensorPrimitives.Multiply(row, OfRow(block.Row + i, row), row);
            }
        }
    }

    /// <summary>A row's factor.</summary>
    /// <param name="row">Number of the row.</param>
    /// <param name="values">The row, or a part of it.</param>
    private double OfRow(long row, ReadOnlySpan<double> values)
    {
        // Threads that meet at a row compute the same number.
        ref var place = ref ofRows.Value[row];
        var factor = Volatile.Read(ref place);
        if (double.IsNaN(factor))
        {
            factor = magnitude.Value[row] / Math.Sqrt(values.Length == matrix.Columns ? Vectors.Dot(values, values) : SquareSum(row));
            Volatile.Write(ref place, factor);
        }

        return factor;
    }

    private double SquareSum(long row)
    {
        double sum = 0;
        using var run = new AdaptedRun(matrix, row * matrix.Columns, matrix.Columns);
        while (run.Next())
        {
            sum += Vectors.Dot(run.Values, run.Values);
        }

        return sum;
    }

    private double[] ComputeColumns()
    {
        var sums = new double[matrix.Columns];
        using var run = new AdaptedRun(matrix, 0, matrix.Rows * matrix.Columns);
        while (run.Next())
        {
            var columns = sums.AsSpan(run.Block.Column, run.Block.Columns);
            for (var i = 0; i < run.Block.Rows; i++)
            {
                ReadOnlySpan<double> row = run.Values.Slice(i * columns.Length, columns.Length);
                TensorPrimitives.MultiplyAdd(row, row, columns, columns);
            }
        }

        TensorPrimitives.Sqrt<double>(sums, sums);
        TensorPrimitives.Divide<double>(magnitude.Value, sums, sums);
        return sums;
    }

    private static double[] ReadAll(TensorSource magnitude)
    {
        var values = new float[checked((int)magnitude.Shape.ElementCount)];
        FactorReader.Read(magnitude, 0, values);
        return Array.ConvertAll(values, value => (double)value);
    }
}
