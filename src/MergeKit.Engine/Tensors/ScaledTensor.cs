namespace MergeKit.Engine.Tensors;

/// <summary>factor · x.</summary>
internal sealed class ScaledTensor(Tensor x, float factor) : Tensor(x.Shape, x)
{
    public float Factor { get; } = factor;
}
