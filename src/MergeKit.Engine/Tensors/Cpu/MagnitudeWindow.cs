namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>A range of magnitudes, as bits without the sign, in which a boundary is expected.</summary>
/// <param name="Low">First bits of the range.</param>
/// <param name="High">First bits above the range.</param>
/// <param name="Guess">The likeliest boundary.</param>
internal readonly record struct MagnitudeWindow(uint Low, uint High, uint Guess)
{
    /// <summary>All bits but the sign's.</summary>
    public const uint MagnitudeBits = 0x7FFF_FFFF;

    /// <summary>Bits above those of every magnitude.</summary>
    public const uint End = MagnitudeBits + 1;

    /// <summary>All magnitudes, none of them likelier than the others.</summary>
    public static readonly MagnitudeWindow All = new(0, End, End);
}
