namespace MergeKit.Engine.Numerics;

/// <summary>The numbers that define a float type with fewer exponent bits than float32. Codes are given without their sign bit.</summary>
internal interface ISmallFloat
{
    /// <summary>Bits in all: 8 or 16.</summary>
    static abstract int Bits { get; }

    /// <summary>Bits after the leading one.</summary>
    static abstract int MantissaBits { get; }

    /// <summary>What is added to an exponent to store it.</summary>
    static abstract int Bias { get; }

    /// <summary>The code of values that are too large: infinity, or NaN in a type without infinities.</summary>
    static abstract uint Overflow { get; }

    /// <summary>The largest code that is not a NaN.</summary>
    static abstract uint LastNumber { get; }

    /// <summary>The bits that every NaN is written with.</summary>
    static abstract uint QuietNan { get; }
}
