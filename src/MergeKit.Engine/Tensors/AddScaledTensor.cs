namespace MergeKit.Engine.Tensors;

/// <summary>sum + factor · x, rounded after the product and after the sum.</summary>
internal sealed class AddScaledTensor(Tensor sum, Tensor x, float factor) : Tensor(sum.Shape, sum, x)
{
    public float Factor { get; } = factor;
}
