namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>A boundary where some elements of its magnitude are selected, and some are not.</summary>
/// <param name="Request">Number of the request.</param>
/// <param name="X">The tensor.</param>
/// <param name="Bits">The magnitude.</param>
/// <param name="Ties">Elements of it up to the place where it is divided: those are selected, or the others.</param>
/// <param name="IsLowest">Whether the elements before the place are selected.</param>
internal readonly record struct TieSplit(int Request, Tensor X, uint Bits, long Ties, bool IsLowest)
{
    /// <summary>The boundary, if <paramref name="last"/> is the flat index of the last element before the place.</summary>
    public MagnitudeBoundary At(long last) => IsLowest ? new MagnitudeBoundary(Bits, 0, last) : new MagnitudeBoundary(Bits, last + 1, long.MaxValue - 1);
}
