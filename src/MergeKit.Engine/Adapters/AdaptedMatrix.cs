using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Adapters;

/// <summary>W + scale · B·A as a matrix that is computed block by block.</summary>
/// <param name="weight">W, taken as a matrix: the first dimension, and all others.</param>
/// <param name="term">What is added.</param>
/// <param name="factors">Keeps right factors.</param>
internal sealed class AdaptedMatrix(TensorSource weight, LowRankTerm term, FactorCache factors)
{
    /// <summary>Most elements of the left factor to hold at a time, unless one row has more.</summary>
    public const int PanelElements = 1 << 18;

    /// <summary>Number of rows.</summary>
    public long Rows { get; } = weight.Shape[0];

    /// <summary>Number of columns.</summary>
    public int Columns { get; } = checked((int)(weight.Shape.ElementCount / Math.Max(1, weight.Shape[0])));

    /// <summary>The weight.</summary>
    public TensorSource Weight => weight;

    /// <summary>What is added to it.</summary>
    public LowRankTerm Term => term;

    /// <summary>Most rows of a block, so that neither its elements, filled up to whole bundles, nor its rows of the left factor are too many.</summary>
    public int MaximumRows => (int)Math.Max(1, Math.Min(AdaptedBlock.MaximumElements / PackedMatrix.SizeOf(1, Columns), PanelElements / term.Rank));

    /// <summary>The right factor.</summary>
    public PackedMatrix Right => factors.Get(this, sizeof(float) * PackedMatrix.SizeOf(term.Rank, Columns), () => term.ReadRight(Columns));
}
