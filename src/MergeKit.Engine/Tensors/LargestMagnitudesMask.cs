namespace MergeKit.Engine.Tensors;

/// <summary>
/// 1 for the selected largest magnitudes of x: all above the threshold, and those equal to it up to a flat index
/// (among equal magnitudes the lowest index goes first).
/// </summary>
internal sealed class LargestMagnitudesMask(Tensor x, MagnitudeThreshold threshold) : Tensor(x.Shape, x)
{
    public MagnitudeThreshold Threshold { get; } = threshold;
}
