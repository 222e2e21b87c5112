using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// The operations that need a whole tensor at once: each runs one streaming pass (selection: a few) over its arguments and
/// returns plain numbers or a lazy mask. A device implements this and the expression nodes, and every method runs on it.
/// </summary>
internal interface ITensorMath
{
    /// <summary>⟨x, y⟩ of every pair, accumulated in float64, in one pass over all of them.</summary>
    IReadOnlyList<double> Dot(IReadOnlyList<(Tensor X, Tensor Y)> pairs);

    /// <summary>Σ|x| of every tensor, accumulated in float64, in one pass over all of them.</summary>
    IReadOnlyList<double> AbsoluteSum(IReadOnlyList<Tensor> tensors);

    /// <summary>For every request the mask of exactly <c>Count</c> elements of largest magnitude; equal magnitudes: lowest index first.</summary>
    IReadOnlyList<Tensor> LargestMagnitudes(IReadOnlyList<(Tensor X, long Count)> requests);

    /// <summary>Evaluates a tensor, rounds every element once to <paramref name="dtype"/> and hands the bytes to <paramref name="write"/>.</summary>
    void Write(Tensor tensor, DType dtype, TensorWriter write);
}
