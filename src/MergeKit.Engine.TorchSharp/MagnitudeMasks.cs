using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Masks of <see cref="MagnitudeBoundary"/>s. NaN count as larger than infinity, and as equal to each other.</summary>
internal static class MagnitudeMasks
{
    /// <summary>1 where an element is selected, else 0.</summary>
    public static TorchTensor Of(TorchTensor x, MagnitudeBoundary boundary, Block block)
    {
        using var scope = torch.NewDisposeScope();
        var magnitudes = x.abs();
        var first = Math.Clamp(boundary.FirstTie - block.Start, 0, block.Length);
        var end = Math.Clamp(boundary.LastTie - block.Start + 1, first, block.Length);
        var selected = first == 0 && end == block.Length ? AtLeast(magnitudes, boundary.Magnitude) : Above(magnitudes, boundary.Magnitude);
        if (end > first && end - first < block.Length)
        {
            selected.narrow(0, first, end - first).copy_(AtLeast(magnitudes.narrow(0, first, end - first), boundary.Magnitude));
        }

        return scope.MoveToOuter(selected.to_type(torch.ScalarType.Float32));
    }

    /// <summary>Where magnitudes equal a given one.</summary>
    public static TorchTensor EqualTo(TorchTensor magnitudes, float magnitude)
    {
        if (float.IsNaN(magnitude))
        {
            return magnitudes.isnan();
        }

        using var value = magnitude.ToScalar();
        return magnitudes.eq(value);
    }

    private static TorchTensor AtLeast(TorchTensor magnitudes, float least)
    {
        if (float.IsNaN(least))
        {
            return magnitudes.isnan();
        }

        using var value = least.ToScalar();
        using var below = magnitudes.lt(value);
        return below.logical_not();
    }

    private static TorchTensor Above(TorchTensor magnitudes, float boundary)
    {
        // Nothing is larger than NaN.
        using var value = (float.IsNaN(boundary) ? float.PositiveInfinity : boundary).ToScalar();
        using var upTo = float.IsNaN(boundary) ? magnitudes.eq(magnitudes).logical_or(magnitudes.isnan()) : magnitudes.le(value);
        return upTo.logical_not();
    }
}
