using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Adds the lanes of a vector in an order that does not depend on the hardware.</summary>
internal static class Lanes
{
    public static double Sum(Vector256<double> lanes) =>
        lanes.GetElement(0) + lanes.GetElement(1) + lanes.GetElement(2) + lanes.GetElement(3);
}
