namespace MergeKit.Engine.Tensors;

/// <summary>
/// Divides a tensor's elements into smaller and larger magnitudes: larger than the boundary are selected, smaller are not, and of those
/// equal to it the ones with a flat index from <paramref name="FirstTie"/> to <paramref name="LastTie"/>.
/// </summary>
/// <param name="Bits">Bits of the magnitude as a float32 without its sign: magnitudes order like their bits.</param>
/// <param name="FirstTie">Flat index of the first selected element of this magnitude.</param>
/// <param name="LastTie">Flat index of the last selected element of this magnitude.</param>
internal readonly record struct MagnitudeBoundary(uint Bits, long FirstTie, long LastTie)
{
    /// <summary>The magnitude.</summary>
    public float Magnitude => BitConverter.UInt32BitsToSingle(Bits);
}
