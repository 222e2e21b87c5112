namespace MergeKit.Engine.Tensors;

/// <summary>An element-wise operation on one operand.</summary>
internal sealed class UnaryTensor(UnaryOperation operation, Tensor x) : Tensor(x.Shape, x)
{
    public UnaryOperation Operation { get; } = operation;
}
