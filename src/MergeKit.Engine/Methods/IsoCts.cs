using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Isotropic merging in the common and the task-specific subspaces: of Στᵢ = UΣVᵀ the leading triplets (the common space), and of every τᵢ − U_c·U_cᵀ·τᵢ
/// its own leading ones, m together; M = σ̄·Û·V̂ᵀ with the vectors made orthogonal as in TSV-Merge and σ̄ the mean of the m singular values. Of m,
/// s = round((m − ⌊common_space_fraction·m⌋) / T) belong to each of T models and m − T·s to all. For m × n = 4096 × 14336 and T = 2 it costs as
/// much as nineteen products of 4096 × 4096 by 4096 × 14336, and 2.8 GB of memory.
/// </summary>
internal sealed class IsoCts : SpectralMethod
{
    private static readonly NumberParameter CommonSpaceFraction = new("common_space_fraction")
    {
        Description = "Fraction of the directions that is taken from the sum of the task vectors; the models share the others.",
        Default = 0.8, Minimum = 0, Maximum = 1,
    };

    public override string Name => "iso_cts";

    public override string Title => "Iso-CTS";

    public override string Reference => "https://arxiv.org/abs/2502.04959";

    public override string Summary => "Iso-C with a share of the directions reserved for what single tasks have and their sum has not. A 4096 × 14336 matrix costs as much as nineteen products of its own size with two models, and 2.8 GB of memory.";

    public override string UseWhen => "there are many tasks, or dissimilar ones.";

    public override string Formula => """
        m the shorter side of a matrix; s = round((m − ⌊common_space_fraction·m⌋)/N) directions for each model, m − N·s for all
        the leading triplets of Σ τᵢ (U_c), and of every τᵢ − U_c·U_cᵀ·τᵢ its leading ones; Û, V̂ their vectors made orthogonal as in tsv; σ̄ = mean of the m singular values
        b + λ·σ̄·Û·V̂ᵀ; tensors that are no matrices (not 2-D, or one row or column): b + λ·mean(τᵢ)
        embeddings and output heads are matrices like others; singular values below 1e-6 of the largest count as zero
        """;

    public override string Example => """
        merge_method: iso_cts
        base_model: ./base
        models:
          - model: ./chat
          - model: ./math
        parameters:
          common_space_fraction: 0.8
          lambda: 1.0
        dtype: bfloat16
        """;

    protected override IReadOnlyList<MethodParameter> OwnParameters => [CommonSpaceFraction];

    protected override Matrix<float> Merge(IReadOnlyList<Tensor> taskVectors, MergeInputs inputs, IMatrixMath math)
    {
        var shape = taskVectors[0].Shape;
        var (rows, columns) = ((int)Math.Min(shape[0], shape[1]), (int)Math.Max(shape[0], shape[1]));
        var specific = rows - (int)(rows * inputs[CommonSpaceFraction]);
        var perTask = Math.Min((int)Math.Round((double)specific / taskVectors.Count), rows / taskVectors.Count);
        var space = new SingularSpace(rows, columns, rows);
        space.Add(Wide(Tensor.Sum(taskVectors), inputs, math), rows - perTask * taskVectors.Count, math);
        var (commonLeft, commonRight) = (space.Left, space.Right);
        foreach (var taskVector in taskVectors.Where(_ => perTask > 0))
        {
            space.Add(WithoutCommon(Wide(taskVector, inputs, math), commonLeft, commonRight, shape, math), perTask, math);
        }

        var (left, right) = space.Orthogonalized(_ => space.Sum / rows, math);
        return Oriented(left, right, shape, math);
    }

    /// <summary>τ − U_c·U_cᵀ·τ, where U_c are vectors of the tensor's first axis, which is the longer side of a tall one.</summary>
    private static Matrix<float> WithoutCommon(Matrix<float> x, Matrix<double> left, Matrix<float> right, TensorShape shape, IMatrixMath math)
    {
        if (left.Rows == 0)
        {
            return x;
        }

        var common = shape[0] <= shape[1]
            ? math.MultiplyAndRound(left.Transpose(), math.MultiplyAndRound(left, x))
            : math.MultiplyAndRound(math.MultiplyAndRound(x, right.Transpose()), right);
        for (var row = 0; row < x.Rows; row++)
        {
            for (var column = 0; column < x.Columns; column++)
            {
                x[row, column] -= common[row, column];
            }
        }

        return x;
    }
}
