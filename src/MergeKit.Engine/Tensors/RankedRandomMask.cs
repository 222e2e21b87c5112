namespace MergeKit.Engine.Tensors;

/// <summary>
/// 1 with a probability that rises with the rank of an element's magnitude in its row, from density − ε for the smallest to density + ε
/// for the largest, else 0. Equal magnitudes: the lowest index has the lower rank.
/// </summary>
internal sealed class RankedRandomMask(Tensor x, ulong key, double density, double epsilon) : Tensor(x.Shape, x)
{
    public ulong Key { get; } = key;

    public double Density { get; } = density;

    public double Epsilon { get; } = epsilon;

    public override bool NeedsRows => true;
}
