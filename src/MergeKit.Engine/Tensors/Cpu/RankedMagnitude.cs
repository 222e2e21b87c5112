namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>The magnitude of a given rank.</summary>
/// <param name="Bits">Its bits.</param>
/// <param name="Selected">How many elements of this magnitude are among those up to the rank.</param>
/// <param name="Count">How many elements have this magnitude.</param>
internal readonly record struct RankedMagnitude(uint Bits, long Selected, long Count)
{
    /// <summary>The boundary if all elements of this magnitude are selected.</summary>
    public MagnitudeBoundary Boundary => new(Bits, 0, long.MaxValue - 1);

    /// <summary>Where the elements of this magnitude have to be divided; null if all of them are selected.</summary>
    public TieSplit? Split(int request, Tensor x, TieOrder ties) => Selected == Count
        ? null
        : new TieSplit(request, x, Bits, ties == TieOrder.LowestIndexFirst ? Selected : Count - Selected, ties == TieOrder.LowestIndexFirst);
}
