namespace MergeKit.Engine.Numerics;

/// <summary>OCP FP8 E5M2; every NaN is written as 0x7F with its sign, as in PyTorch.</summary>
internal readonly struct Float8E5M2 : ISmallFloat
{
    public static int Bits => 8;

    public static int MantissaBits => 2;

    public static int Bias => 15;

    public static uint Overflow => 0x7C;

    public static uint LastNumber => 0x7C;

    public static uint QuietNan => 0x7F;
}
