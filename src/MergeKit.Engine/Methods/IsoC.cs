using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Isotropic merging in the common subspace: with Στᵢ = UΣVᵀ, M = σ̄·UVᵀ, where σ̄ is the mean singular value, so that no direction outweighs the
/// others. Computed as σ̄·(XXᵀ)^(-1/2)·X. A matrix of 4096 × 14336 costs
/// as much as four products of 4096 × 4096 by 4096 × 14336, and 1.4 GB of memory.
/// </summary>
internal sealed class IsoC : SpectralMethod
{
    public override string Name => "iso_c";

    public override string Title => "Iso-C";

    public override string Reference => "https://arxiv.org/abs/2502.04959";

    protected override Matrix<float> Merge(IReadOnlyList<Tensor> taskVectors, MergeInputs inputs, IMatrixMath math)
    {
        var sum = Wide(Tensor.Sum(taskVectors), inputs, math);
        var spectrum = Spectrum.Of(sum, math);
        var mean = spectrum.SingularValues.Sum() / sum.Rows;
        return Oriented(spectrum.Function(singularValue => mean / singularValue, math), sum, taskVectors[0].Shape, math);
    }
}
