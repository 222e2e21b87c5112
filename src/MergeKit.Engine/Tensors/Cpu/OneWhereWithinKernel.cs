using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>x, or 1 where abs(x) ≤ y.</summary>
internal readonly struct OneWhereWithinKernel : IElementKernel
{
    public static Vector512<float> Invoke(Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Abs(x), y), Vector512<float>.One, x);

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(Vector256.Abs(x), y), Vector256<float>.One, x);

    public static float Invoke(float x, float y) => MathF.Abs(x) <= y ? 1 : x;
}
