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

    public override string Summary => "Adds up task vectors and gives every singular direction of the sum the same strength. A 4096 × 14336 matrix costs as much as four products of its own size, and 1.4 GB of memory.";

    public override string UseWhen => "the tasks are similar, and the strongest should not drown the others.";

    public override string Formula => """
        Σ τᵢ = UΣVᵀ; σ̄ = mean singular value
        b + λ·σ̄·UVᵀ; tensors that are no matrices (not 2-D, or one row or column): b + λ·mean(τᵢ)
        embeddings and output heads are matrices like others; singular values below 1e-6 of the largest count as zero
        """;

    public override string Example => """
        merge_method: iso_c
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        parameters:
          lambda: 1.0
        dtype: bfloat16
        """;

    protected override Matrix<float> Merge(IReadOnlyList<Tensor> taskVectors, MergeInputs inputs, IMatrixMath math)
    {
        var sum = Wide(Tensor.Sum(taskVectors), inputs, math);
        var spectrum = Spectrum.Of(sum, math);
        var mean = spectrum.SingularValues.Sum() / sum.Rows;
        return Oriented(spectrum.Function(singularValue => mean / singularValue, math), sum, taskVectors[0].Shape, math);
    }
}
