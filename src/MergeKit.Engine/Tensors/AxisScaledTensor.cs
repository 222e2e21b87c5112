namespace MergeKit.Engine.Tensors;

/// <summary>Every vector of a tensor times its own factor.</summary>
internal sealed class AxisScaledTensor(Tensor x, float[] factors, TensorAxis axis) : Tensor(x.Shape, x)
{
    public float[] Factors { get; } = factors;

    public TensorAxis Axis { get; } = axis;
}
