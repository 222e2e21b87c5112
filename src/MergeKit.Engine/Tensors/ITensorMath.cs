using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// The operations that need a whole tensor at once: each runs one streaming pass (selection: a few) over its arguments and
/// returns plain numbers. A device implements this and the expression nodes, and every method runs on it.
/// </summary>
internal interface ITensorMath
{
    /// <summary>Linear algebra, for methods that decompose matrices; these hold them in memory.</summary>
    IMatrixMath Matrices { get; }

    /// <summary>⟨x, y⟩ of every pair, accumulated in float64, in one pass over all of them.</summary>
    IReadOnlyList<double> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs);

    /// <summary>⟨x, y⟩ of every pair for each of their vectors along an axis, accumulated in float64, in one pass.</summary>
    /// <returns>For every pair one number per vector.</returns>
    IReadOnlyList<double[]> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs, TensorAxis axis);

    /// <summary>Σ|x| of every tensor, accumulated in float64, in one pass over all of them.</summary>
    IReadOnlyList<double> AbsoluteSum(IReadOnlyList<Tensor> tensors);

    /// <summary>
    /// The Kullback-Leibler divergence of every row: Σ p·ln(p/q) with p = softmax(x) + 1e-8 and q = softmax(y) + 1e-8 along the last axis,
    /// in float64.
    /// </summary>
    double[] RowDivergence(Tensor x, Tensor y);

    /// <summary>For every request the boundary that selects exactly <c>Count</c> elements of largest magnitude; 1 ≤ Count ≤ elements.</summary>
    IReadOnlyList<MagnitudeBoundary> LargestMagnitudes(IReadOnlyList<(Tensor X, long Count, TieOrder Ties)> requests);

    /// <summary>
    /// The boundary that selects the given fraction, rounded down, of the elements above zero of a tensor that has none below: the largest
    /// ones, those of the lowest index first where they are equal. Null if that is no element.
    /// </summary>
    MagnitudeBoundary? LargestPositive(Tensor x, double fraction);

    /// <summary>Evaluates a tensor, rounds every element once to <paramref name="dtype"/> and hands the bytes to <paramref name="write"/>.</summary>
    WriteReport Write(Tensor tensor, DType dtype, TensorWriter write);
}
