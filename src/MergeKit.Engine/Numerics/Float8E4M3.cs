namespace MergeKit.Engine.Numerics;

/// <summary>OCP FP8 E4M3, "fn": no infinities, one NaN. Values beyond 464 become NaN, as in PyTorch; they do not saturate.</summary>
internal readonly struct Float8E4M3 : ISmallFloat
{
    public static int Bits => 8;

    public static int MantissaBits => 3;

    public static int Bias => 7;

    public static uint Overflow => 0x7F;

    public static uint LastNumber => 0x7E;

    public static uint QuietNan => 0x7F;
}
