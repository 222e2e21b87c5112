namespace MergeKit.Engine.Tensors;

/// <summary>
/// Keeps every element with a probability that rises with the rank of its magnitude in its row, from density − ε for the smallest to
/// density + ε for the largest. Equal magnitudes: the lowest index has the lower rank.
/// </summary>
internal sealed class RankedDropout : DropoutTensor
{
    private readonly ulong[] keepBelow;

    public RankedDropout(Tensor x, ulong key, double density, double epsilon)
        : base(x, key)
    {
        keepBelow = Bounds((int)Math.Max(1, x.Shape.RowLength), density, epsilon);
        Least = Math.Min(keepBelow[0], keepBelow[^1]);
        Most = Math.Max(keepBelow[0], keepBelow[^1]);
        RanksPerNumber = (keepBelow.Length - 1.0) / Math.Max(1, Most - Least);
        RankError = keepBelow.Select((bound, rank) => Math.Abs((bound - Least) * RanksPerNumber - rank)).Max();
    }

    /// <summary>For every rank the number that the 32 random bits of a kept element are below: rising, or falling if ε is negative.</summary>
    public ReadOnlySpan<ulong> KeepBelow => keepBelow;

    /// <summary>The lowest of the bounds.</summary>
    public ulong Least { get; }

    /// <summary>The highest of the bounds.</summary>
    public ulong Most { get; }

    /// <summary>How fast ranks rise with their bounds. Of a number between the bounds it gives the rank with that bound, more or less.</summary>
    public double RanksPerNumber { get; }

    /// <summary>How far the rank that <see cref="RanksPerNumber"/> gives of a rank's bound is from it at most; as many ranks as there are if bounds fall.</summary>
    public double RankError { get; }

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
