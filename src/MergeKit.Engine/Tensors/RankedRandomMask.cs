namespace MergeKit.Engine.Tensors;

/// <summary>
/// 1 with a probability that rises with the rank of an element's magnitude in its row, from density − ε for the smallest to density + ε
/// for the largest, else 0. Equal magnitudes: the lowest index has the lower rank.
/// </summary>
internal sealed class RankedRandomMask(Tensor x, ulong key, double density, double epsilon) : Tensor(x.Shape, x)
{
    private readonly ulong[] keepBelow = Bounds((int)x.Shape.RowLength, density, epsilon);

    public ulong Key { get; } = key;

    /// <summary>For every rank the number that the 32 random bits of a kept element are below: rising, or falling if ε is negative.</summary>
    public ReadOnlySpan<ulong> KeepBelow => keepBelow;

    public override bool NeedsRows => true;

    /// <summary>density − ε + 2ε·rank/(k − 1), as a fraction of 2³².</summary>
    private static ulong[] Bounds(int rowLength, double density, double epsilon)
    {
        var bounds = new ulong[rowLength];
        for (var rank = 0; rank < rowLength; rank++)
        {
            var position = rowLength > 1 ? (double)rank / (rowLength - 1) : 0;
            bounds[rank] = (ulong)(Math.Clamp(density - epsilon + 2 * epsilon * position, 0, 1) * (1UL << 32));
        }

        return bounds;
    }
}
