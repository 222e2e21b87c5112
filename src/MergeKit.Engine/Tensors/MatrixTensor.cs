using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors;

/// <summary>Values that were computed already, in row-major order.</summary>
internal sealed class MatrixTensor(TensorShape shape, float[] values) : Tensor(shape)
{
    public float[] Values { get; } = values;
}
