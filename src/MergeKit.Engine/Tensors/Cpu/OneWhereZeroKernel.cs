using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>x, or 1 where abs(x) &lt; 1e-8.</summary>
internal readonly struct OneWhereZeroKernel : IElementKernel
{
    private const float Smallest = 1e-8f;

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(Smallest)), Vector256<float>.One, x);

    public static float Invoke(float x, float y) => MathF.Abs(x) < Smallest ? 1 : x;
}
