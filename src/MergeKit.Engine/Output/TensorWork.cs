using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>A tensor of a file that is written, and where its bytes come from.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="FileOffset">Its place in the file.</param>
/// <param name="Fingerprint">What its bytes depend on.</param>
internal sealed record TensorWork(PlannedTensor Tensor, long FileOffset, TensorFingerprint Fingerprint)
{
    /// <summary>What its data gave reason to say when it was computed; null if it is to be computed now.</summary>
    public TensorReport? Known { get; init; }

    /// <summary>Where its bytes stand in the former model; null if they are to be computed, or stand in the staged file already.</summary>
    public TensorSource? Former { get; init; }

    /// <summary>Whether it has to be computed.</summary>
    public bool IsComputed => Known is null;

    /// <summary>Whether an interrupted merge has written it where it belongs.</summary>
    public bool IsInPlace => Known is not null && Former is null;
}
