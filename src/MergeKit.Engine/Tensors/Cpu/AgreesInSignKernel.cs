using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>1 where (x &gt; 0 and y ≥ 0) or (x &lt; 0 and y &lt; 0), else 0.</summary>
internal readonly struct AgreesInSignKernel : IElementKernel
{
    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y)
    {
        var zero = Vector256<float>.Zero;
        var positive = Vector256.GreaterThan(x, zero) & Vector256.GreaterThanOrEqual(y, zero);
        var negative = Vector256.LessThan(x, zero) & Vector256.LessThan(y, zero);
        return (positive | negative) & Vector256<float>.One;
    }

    public static float Invoke(float x, float y) => (x > 0 && y >= 0) || (x < 0 && y < 0) ? 1 : 0;
}
