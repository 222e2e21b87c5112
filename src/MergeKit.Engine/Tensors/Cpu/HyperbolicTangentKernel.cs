using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>tanh x with the same bits on any hardware: float64 arithmetic, rounded once.</summary>
internal readonly struct HyperbolicTangentKernel : IElementKernel
{
    /// <summary>Below this the series is exact to float32; above, the difference of exponentials is.</summary>
    private const double Small = 0.03;

    public static Vector512<float> Invoke(Vector512<float> x, Vector512<float> y) =>
        Vector512.Create(Invoke(x.GetLower(), y.GetLower()), Invoke(x.GetUpper(), y.GetUpper()));

    public static Vector256<float> Invoke(Vector256<float> x, Vector256<float> y)
    {
        var (low, high) = Vector256.Widen(x);
        return Vector256.Narrow(Tanh(low), Tanh(high));
    }

    public static float Invoke(float x, float y) => Invoke(Vector256.Create(x), default).ToScalar();

    private static Vector256<double> Tanh(Vector256<double> x)
    {
        var one = Vector256<double>.One;
        var square = x * x;
        var series = x * (one + square * (Vector256.Create(-1.0 / 3) + square * (Vector256.Create(2.0 / 15) - square * (17.0 / 315))));
        var magnitude = Vector256.Abs(x);
        var power = ExponentialKernel.Exp(magnitude * -2);
        var quotient = Vector256.CopySign((one - power) / (one + power), x);
        return Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(Small)), series, quotient);
    }
}
