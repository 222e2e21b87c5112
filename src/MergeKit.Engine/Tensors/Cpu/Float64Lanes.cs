using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Functions of float64 in lanes, of additions and multiplications alone: the same bits on any hardware, to one or two units in the last place.</summary>
internal static class Float64Lanes
{
    private const double SmallestExponent = -708;

    /// <summary>1.5·2⁵²: added to a small number, it leaves the nearest integer in the lowest bits.</summary>
    private const double Rounder = 6755399441055744.0;

    /// <summary>ln 2 as a number with zeros at its end, which small integers multiply without loss, and the rest.</summary>
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    private const int SignificandBits = 52;

    /// <summary>eˣ for x ≤ 0; exponents below −708 count as −708.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpOfNegative(Vector512<double> x)
    {
        // Not the maximum, which costs more: NaN is to stay NaN.
        var least = Vector512.Create(SmallestExponent);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, x);
        var shifted = x * (1 / (Ln2High + Ln2Low)) + Vector512.Create(Rounder);
        var k = shifted - Vector512.Create(Rounder);
        var power = (shifted.AsInt64() + Vector512.Create(1023L)) << SignificandBits;
        return ExpSeries(x - k * Ln2High - k * Ln2Low) * power.AsDouble();
    }

    /// <summary>ln(p/q) for normal positive numbers: e·ln 2 + 2·artanh((p' − q)/(p' + q)) with p' = p/2ᵉ within a factor of 1.5 of q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LogOfRatio(Vector512<double> p, Vector512<double> q)
    {
        var exponent = (p.AsInt64() - q.AsInt64() + Vector512.Create(1L << (SignificandBits - 1))) >> SignificandBits;
        var near = (p.AsInt64() - (exponent << SignificandBits)).AsDouble();
        var quotient = (near - q) / (near + q);
        return ArtanhSeries(quotient * quotient) * quotient + Vector512.ConvertToDouble(exponent) * (Ln2High + Ln2Low);
    }

    /// <summary>Σ xⁿ/n! up to n = 13.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ExpSeries(Vector512<double> x)
    {
        var sum = x * (1.0 / 6227020800) + Vector512.Create(1.0 / 479001600);
        sum = sum * x + Vector512.Create(1.0 / 39916800);
        sum = sum * x + Vector512.Create(1.0 / 3628800);
        sum = sum * x + Vector512.Create(1.0 / 362880);
        sum = sum * x + Vector512.Create(1.0 / 40320);
        sum = sum * x + Vector512.Create(1.0 / 5040);
        sum = sum * x + Vector512.Create(1.0 / 720);
        sum = sum * x + Vector512.Create(1.0 / 120);
        sum = sum * x + Vector512.Create(1.0 / 24);
        sum = sum * x + Vector512.Create(1.0 / 6);
        sum = sum * x + Vector512.Create(1.0 / 2);
        sum = sum * x + Vector512<double>.One;
        return sum * x + Vector512<double>.One;
    }

    /// <summary>2·artanh(x)/x as a series of x²: Σ 2·x²ⁿ/(2n + 1) up to n = 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ArtanhSeries(Vector512<double> square)
    {
        var sum = square * (2.0 / 21) + Vector512.Create(2.0 / 19);
        sum = sum * square + Vector512.Create(2.0 / 17);
        sum = sum * square + Vector512.Create(2.0 / 15);
        sum = sum * square + Vector512.Create(2.0 / 13);
        sum = sum * square + Vector512.Create(2.0 / 11);
        sum = sum * square + Vector512.Create(2.0 / 9);
        sum = sum * square + Vector512.Create(2.0 / 7);
        sum = sum * square + Vector512.Create(2.0 / 5);
        sum = sum * square + Vector512.Create(2.0 / 3);
        return sum * square + Vector512.Create(2.0);
    }
}
