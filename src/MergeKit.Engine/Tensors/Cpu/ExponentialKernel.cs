using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>eˣ with the same bits on any hardware: float64 arithmetic, rounded once. Exponents beyond ±87 count as ±87.</summary>
internal readonly struct ExponentialKernel : IElementKernel
{
    public static Vector512<float> Invoke(Vector512<float> x, Vector512<float> y) =>
        Vector512.Create(Invoke(x.GetLower(), y.GetLower()), Invoke(x.GetUpper(), y.GetUpper()));

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector256.Narrow(Exp(low), Exp(high));
    }

    public static float Invoke(float x, float y) => Invoke(Vector256.Create(x), default).ToScalar();

    /// <summary>2ᵏ·eʳ with k = round(x / ln 2), and eʳ by its series.</summary>
    public static Vector256<double> Exp(Vector256<double> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(-87.0)), Vector256.Create(87.0));
        var k = Vector256.Floor(x * 1.4426950408889634 + Vector256.Create(0.5));
        var r = x - k * 0.693147180369123816490 - k * 1.90821492927058770002e-10;
        var series = Vector256<double>.One;
        for (var term = 12; term >= 1; term--)
        {
            series = Vector256<double>.One + series * r / Vector256.Create((double)term);
        }

        var power = Vector256.ShiftLeft(Vector256.ConvertToInt64(k) + Vector256.Create(1023L), 52).AsDouble();
        return series * power;
    }
}
