using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Task singular vectors: of every one of T task vectors the ⌊m/T⌋ largest singular triplets (at least one), their vectors made orthogonal across tasks:
/// M = Û·Σ·V̂ᵀ with Û = U(UᵀU)^(-1/2), V̂ = V(VᵀV)^(-1/2) of the collected vectors. For m × n = 4096 × 14336 and T = 2 it costs as much
/// as twelve products of 4096 × 4096 by 4096 × 14336 (every further model three more), and 2 GB of memory.
/// </summary>
internal sealed class Tsv : SpectralMethod
{
    public override string Name => "tsv";

    public override string Title => "TSV-Merge";

    public override string Reference => "https://arxiv.org/abs/2412.00081";

    public override string Summary => "Keeps the strongest singular directions of every task vector and makes them orthogonal across tasks, so that tasks do not interfere. A 4096 × 14336 matrix costs as much as twelve products of its own size with two models (three more for each further one) and 2 GB of memory.";

    public override string UseWhen => "several full fine-tunes of one base interfere, and time matters less than quality.";

    public override string Formula => """
        of every matrix τᵢ = UᵢΣᵢVᵢᵀ the ⌊m/N⌋ largest singular triplets, m the shorter side
        U = [U₁ … U_N], V = [V₁ … V_N], Σ = diag(Σ₁ … Σ_N); Û = U(UᵀU)^(-1/2), V̂ = V(VᵀV)^(-1/2)
        b + λ·Û·Σ·V̂ᵀ; tensors that are no matrices (not 2-D, or one row or column): b + λ·mean(τᵢ)
        embeddings and output heads are matrices like others; singular values below 1e-6 of the largest count as zero
        """;

    public override string Example => """
        merge_method: tsv
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
        var shape = taskVectors[0].Shape;
        var (rows, columns) = ((int)Math.Min(shape[0], shape[1]), (int)Math.Max(shape[0], shape[1]));
        var count = Math.Max(1, rows / taskVectors.Count);
        var space = new SingularSpace(rows, columns, count * taskVectors.Count);
        foreach (var taskVector in taskVectors)
        {
            space.Add(Wide(taskVector, inputs, math), count, math);
        }

        var (left, right) = space.Orthogonalized(singularValue => singularValue, math);
        return Oriented(left, right, shape, math);
    }
}
