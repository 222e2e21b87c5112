namespace MergeKit.Engine.Tensors;

/// <summary>An element-wise operation on a tensor and a number.</summary>
internal sealed class ScalarTensor(ScalarOperation operation, Tensor x, float value) : Tensor(x.Shape, x)
{
    public ScalarOperation Operation { get; } = operation;

    public float Value { get; } = value;
}
