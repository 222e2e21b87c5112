namespace MergeKit.Engine.Tensors;

/// <summary>An element-wise operation on two operands of the same shape.</summary>
internal sealed class BinaryTensor(BinaryOperation operation, Tensor x, Tensor y) : Tensor(x.Shape, x, y)
{
    public BinaryOperation Operation { get; } = operation;
}
