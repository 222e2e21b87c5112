using System.Numerics.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Singular values of a matrix X and their left singular vectors, from the eigenvalues of XXᵀ in float64. Only those above
/// <see cref="Smallest"/> of the largest: squaring halves the digits, and below lies rounding.
/// </summary>
/// <param name="SingularValues">In descending order.</param>
/// <param name="Vectors">A row for each.</param>
internal sealed record Spectrum(double[] SingularValues, Matrix<double> Vectors)
{
    private const double Smallest = 1e-6;

    /// <summary>The spectrum of a matrix; best if its rows are the shorter side.</summary>
    /// <param name="x">The matrix.</param>
    /// <param name="math">The operations.</param>
    /// <param name="scale">A singular value that counts as the largest if the matrix has none as large: x is what is left of a larger matrix.</param>
    public static Spectrum Of<T>(Matrix<T> x, IMatrixMath math, double scale = 0)
        where T : unmanaged
    {
        var (values, vectors) = math.Eigen(math.Gram(x));
        var least = Math.Max(values.FirstOrDefault(), scale * scale) * Smallest * Smallest;
        var rank = values.TakeWhile(value => value > least).Count();
        return new Spectrum([.. values.Take(rank).Select(Math.Sqrt)], vectors.Slice(0, 0, rank, vectors.Columns));
    }

    /// <summary>The largest singular values.</summary>
    public Spectrum Leading(int count)
    {
        var kept = Math.Min(count, SingularValues.Length);
        return new Spectrum(SingularValues[..kept], Vectors.Slice(0, 0, kept, Vectors.Columns));
    }

    /// <summary>U·f(Σ)·Uᵀ.</summary>
    public Matrix<double> Function(Func<double, double> f, IMatrixMath math) => math.Multiply(Scaled(f).Transpose(), Vectors);

    /// <summary>f(Σ)·Uᵀ.</summary>
    public Matrix<double> Scaled(Func<double, double> f)
    {
        var scaled = new Matrix<double>(Vectors.Rows, Vectors.Columns);
        for (var row = 0; row < scaled.Rows; row++)
        {
            TensorPrimitives.Multiply(Vectors.Row(row), f(SingularValues[row]), scaled.Row(row));
        }

        return scaled;
    }
}
