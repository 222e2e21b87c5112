using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Singular triplets collected from several matrices of m × n, m ≤ n. The sign of a vector pair is arbitrary, and cancels in all that is made
/// of them, because the right vectors are computed from the left ones: vᵢ = Xᵀuᵢ / σᵢ.
/// </summary>
/// <param name="rows">m.</param>
/// <param name="columns">n.</param>
/// <param name="capacity">Most triplets.</param>
internal sealed class SingularSpace(int rows, int columns, int capacity)
{
    private readonly Matrix<double> left = new(capacity, rows);
    private readonly Matrix<float> right = new(capacity, columns);
    private readonly List<double> singularValues = [];

    /// <summary>Sum of all singular values.</summary>
    public double Sum => singularValues.Sum();

    /// <summary>The left vectors so far, as rows.</summary>
    public Matrix<double> Left => left.Slice(0, 0, singularValues.Count, rows);

    /// <summary>The right vectors so far, as rows.</summary>
    public Matrix<float> Right => right.Slice(0, 0, singularValues.Count, columns);

    /// <summary>Adds the triplets of the largest singular values of a matrix.</summary>
    public void Add(Matrix<float> x, int count, IMatrixMath math)
    {
        var leading = Spectrum.Of(x, math, singularValues.DefaultIfEmpty().Max()).Leading(count);
        var vectors = math.MultiplyAndRound(leading.Scaled(singularValue => 1 / singularValue), x);
        for (var i = 0; i < leading.SingularValues.Length; i++)
        {
            leading.Vectors.Row(i).CopyTo(left.Row(singularValues.Count));
            vectors.Row(i).CopyTo(right.Row(singularValues.Count));
            singularValues.Add(leading.SingularValues[i]);
        }
    }

    /// <summary>
    /// The factors of Û·Σ·V̂ᵀ, where Û and V̂ are the orthonormal matrices nearest to the collected vectors, U(UᵀU)^(-1/2) and V(VᵀV)^(-1/2): the first
    /// is all that stands left of Vᵀ, the second Vᵀ.
    /// </summary>
    /// <param name="weight">Gets a singular value and gives what takes its place in Σ.</param>
    /// <param name="math">The operations.</param>
    public (Matrix<double> Left, Matrix<float> Right) Orthogonalized(Func<double, double> weight, IMatrixMath math)
    {
        var weighted = InverseRoot(Left, math);
        for (var row = 0; row < weighted.Rows; row++)
        {
            for (var column = 0; column < weighted.Columns; column++)
            {
                weighted[row, column] *= weight(singularValues[column]);
            }
        }

        return (math.Multiply(math.Multiply(Left.Transpose(), weighted), InverseRoot(Right, math)), Right);
    }

    private static Matrix<double> InverseRoot<T>(Matrix<T> vectors, IMatrixMath math)
        where T : unmanaged => Spectrum.Of(vectors, math).Function(singularValue => 1 / singularValue, math);
}
