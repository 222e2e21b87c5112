using System.Numerics.Tensors;

namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>Eigenvalues in descending order, and for each a row with its eigenvector of length 1.</summary>
/// <param name="Values">The eigenvalues.</param>
/// <param name="Vectors">The eigenvectors.</param>
internal sealed record SymmetricEigen(double[] Values, Matrix<double> Vectors)
{
    /// <summary>Decomposes a symmetric matrix, which is overwritten: Householder tridiagonalisation, then implicit QL iterations.</summary>
    public static SymmetricEigen Of(Matrix<double> matrix, ForEachPiece forEach)
    {
        var scale = Scale(matrix);
        var (diagonal, offDiagonal, vectors) = Tridiagonalization.Run(matrix, forEach);
        TridiagonalEigen.Diagonalize(diagonal, offDiagonal, vectors, forEach);
        var order = Enumerable.Range(0, diagonal.Length).OrderByDescending(i => diagonal[i]).ToArray();
        var sorted = new Matrix<double>(vectors.Rows, vectors.Columns);
        forEach(order.Length, i => vectors.Row(order[i]).CopyTo(sorted.Row((int)i)));
        return new SymmetricEigen([.. order.Select(i => diagonal[i] * scale)], sorted);
    }

    /// <summary>Divides by the power of two above the largest element, so that squares neither overflow nor vanish; gives it back.</summary>
    private static double Scale(Matrix<double> matrix)
    {
        double largest = 0;
        for (var row = 0; row < matrix.Rows; row++)
        {
            foreach (var value in matrix.Row(row))
            {
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return 1;
        }

        var scale = Math.ScaleB(1, Math.Clamp(Math.ILogB(largest) + 1, -1000, 1000));
        for (var row = 0; row < matrix.Rows; row++)
        {
            var values = matrix.Row(row);
            TensorPrimitives.Multiply(values, 1 / scale, values);
        }

        return scale;
    }
}
