namespace MergeKit.Engine.Numerics;

/// <summary>IEEE 754 binary16; NaN keep their upper payload, as conversions in hardware do.</summary>
internal readonly struct Float16 : ISmallFloat
{
    public static int Bits => 16;

    public static int MantissaBits => 10;

    public static int Bias => 15;

    public static uint Overflow => 0x7C00;

    public static uint LastNumber => 0x7C00;

    public static uint QuietNan => 0x7E00;
}
