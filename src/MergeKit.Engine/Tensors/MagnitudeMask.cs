namespace MergeKit.Engine.Tensors;

/// <summary>1 for the elements on the larger side of a <see cref="MagnitudeBoundary"/>, else 0.</summary>
internal sealed class MagnitudeMask(Tensor x, MagnitudeBoundary boundary) : Tensor(x.Shape, x)
{
    public MagnitudeBoundary Boundary { get; } = boundary;
}
