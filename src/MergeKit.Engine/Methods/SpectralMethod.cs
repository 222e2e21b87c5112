using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.LinearAlgebra;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace MergeKit.Engine.Methods;

/// <summary>
/// Methods that merge task vectors as matrices, by their singular values: b + λ·M. As in the papers every 2-D tensor is a matrix, those of
/// embeddings and output heads too; for all others (norms, biases, convolutions, stacked experts), and for matrices of one row or one column, M
/// is the mean of the task vectors. Singular values below 1e-6 of the largest count as zero, and their vectors are left out: a rank-deficient task
/// vector has no others.
/// </summary>
internal abstract class SpectralMethod : MergeMethod
{
    private static readonly NumberParameter Lambda = new("lambda")
    {
        Description = "Factor of the combined task vector.", Default = 1,
    };

    public sealed override BaseRole BaseRole => BaseRole.Required;

    public sealed override bool SkipsMismatchedModels => true;

    public sealed override IReadOnlyList<MethodParameter> Parameters => [.. OwnParameters, Lambda];

    /// <summary>The parameters besides <c>lambda</c>.</summary>
    protected virtual IReadOnlyList<MethodParameter> OwnParameters => [];

    public sealed override Tensor Merge(MergeInputs inputs, ITensorMath math)
    {
        Tensor origin = inputs.Base!.Tensor;
        var taskVectors = inputs.Vectors();
        if (taskVectors.Count == 0 || origin.Shape.ElementCount == 0)
        {
            return origin;
        }

        if (!IsMatrix(origin.Shape))
        {
            return inputs.FromOrigin(taskVectors.Select(taskVector => (inputs[Lambda] / taskVectors.Count, taskVector)));
        }

        if (origin.Shape.ElementCount > Array.MaxLength)
        {
            throw inputs.Failure($"{Title} holds a matrix in memory, which can have {Array.MaxLength} elements, and this one is {origin.Shape}");
        }

        var merged = Merge(taskVectors, inputs, math.Matrices);
        return inputs.FromOrigin([(inputs[Lambda], new MatrixTensor(origin.Shape, merged.Data))]);
    }

    /// <summary>M, in row-major order.</summary>
    protected abstract Matrix<float> Merge(IReadOnlyList<Tensor> taskVectors, MergeInputs inputs, IMatrixMath math);

    /// <summary>The values of a matrix, with the shorter side as rows; a view if that means to transpose it.</summary>
    protected static Matrix<float> Wide(Tensor taskVector, MergeInputs inputs, IMatrixMath math)
    {
        var values = math.Evaluate(taskVector);
        if (!TensorPrimitives.IsFiniteAll<float>(values.Data))
        {
            throw inputs.Failure("a task vector has values that are infinite or no numbers, which a matrix with singular values cannot have");
        }

        return values.Rows <= values.Columns ? values : values.Transpose();
    }

    /// <summary>X·Y, which has the shorter side as rows, in the tensor's own orientation.</summary>
    protected static Matrix<float> Oriented<TX, TY>(Matrix<TX> x, Matrix<TY> y, TensorShape shape, IMatrixMath math)
        where TX : unmanaged
        where TY : unmanaged =>
        shape[0] <= shape[1] ? math.MultiplyAndRound(x, y) : math.MultiplyAndRound(y.Transpose(), x.Transpose());

    private static bool IsMatrix(TensorShape shape) => shape.Rank == 2 && Math.Min(shape[0], shape[1]) > 1;
}
