using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>1 where (x &gt; 0 and y ≥ 0) or (x &lt; 0 and y &lt; 0), NaN where x or y is NaN, else 0.</summary>
internal readonly struct AgreesInSignKernel : IElementKernel
{
    public static Vector512<float> Invoke(Vector512<float> x, Vector512<float> y)
    {
        var zero = Vector512<float>.Zero;
        var positive = Vector512.GreaterThan(x, zero) & Vector512.GreaterThanOrEqual(y, zero);
        var negative = Vector512.LessThan(x, zero) & Vector512.LessThan(y, zero);
        var agree = (positive | negative) & Vector512<float>.One;
        return Vector512.ConditionalSelect(Vector512.Equals(x, x) & Vector512.Equals(y, y), agree, Vector512.Create(float.NaN));
    }

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y)
    {
        var zero = Vector256<float>.Zero;
        var positive = Vector256.GreaterThan(x, zero) & Vector256.GreaterThanOrEqual(y, zero);
        var negative = Vector256.LessThan(x, zero) & Vector256.LessThan(y, zero);
        var agree = (positive | negative) & Vector256<float>.One;
        return Vector256.ConditionalSelect(Vector256.Equals(x, x) & Vector256.Equals(y, y), agree, Vector256.Create(float.NaN));
    }

    public static float Invoke(float x, float y) => float.IsNaN(x) || float.IsNaN(y) ? float.NaN : (x > 0 && y >= 0) || (x < 0 && y < 0) ? 1 : 0;
}
