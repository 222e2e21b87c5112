using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Float64 sums in 32 fixed lanes: element i goes to lane i mod 32, and lanes are added in one order on any hardware. So many because a
/// processor begins several additions before the first has ended.
/// </summary>
internal static class Lanes
{
    /// <summary>Number of lanes.</summary>
    public const int Count = 32;

    public static double Sum(Vector512<double> first, Vector512<double> second, Vector512<double> third, Vector512<double> fourth) =>
        Sum((first + second) + (third + fourth));

    public static double Sum(Vector512<double> lanes) => Sum(lanes.GetLower(), lanes.GetUpper());

    /// <summary>The sum of eight lanes in two halves.</summary>
    public static double Sum(Vector256<double> lower, Vector256<double> upper) => Sum(lower + upper);

    private static double Sum(Vector256<double> lanes) =>
        lanes.GetElement(0) + lanes.GetElement(1) + lanes.GetElement(2) + lanes.GetElement(3);
}
