using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Functions of float64 in lanes. The same bits on any hardware and in vectors of any width: every operation is one that IEEE 754 defines, and
/// where an addition is fused with a multiplication, it says so.
/// </summary>
internal static class Float64Lanes
{
    private const double SmallestExponent = -708;

    /// <summary>1.5·2⁵²: added to a small number, it leaves the nearest integer in the lowest bits.</summary>
    private const double Rounder = 6755399441055744.0;

    /// <summary>2⁵², whose lowest bits a small integer can be put into.</summary>
    private const double IntegerBase = 4503599627370496.0;

    /// <summary>ln 2 as a number with zeros at its end, which small integers multiply without loss, and the rest.</summary>
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;

    private const int SignificandBits = 52;
    private const long ExponentBias = 1023;

    /// <summary>Makes a difference of exponents positive.</summary>
    private const long DifferenceBias = 2048;

    /// <summary>eˣ for x ≤ 0, to one or two units in the last place; exponents below −708 count as −708.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpOfNegative(Vector512<double> x)
    {
        // Not the maximum, which costs more: NaN is to stay NaN.
        var least = Vector512.Create(SmallestExponent);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, x);
        var shifted = MultiplyAdd(x, Vector512.Create(1 / (Ln2High + Ln2Low)), Rounder);
        var k = shifted - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Ln2Low), r);
        var power = (shifted.AsInt64() + Vector512.Create(ExponentBias)) << SignificandBits;
        return ExpSeries(r) * power.AsDouble();
    }

    /// <inheritdoc cref="ExpOfNegative(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ExpOfNegative(Vector256<double> x)
    {
        var least = Vector256.Create(SmallestExponent);
        x = Vector256.ConditionalSelect(Vector256.LessThan(x, least), least, x);
        var shifted = MultiplyAdd(x, Vector256.Create(1 / (Ln2High + Ln2Low)), Rounder);
        var k = shifted - Vector256.Create(Rounder);
        var r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2High), x);
        r = Vector256.FusedMultiplyAdd(k, Vector256.Create(-Ln2Low), r);
        var power = (shifted.AsInt64() + Vector256.Create(ExponentBias)) << SignificandBits;
        return ExpSeries(r) * power.AsDouble();
    }

    /// <summary>eˣ − 1 for magnitudes up to 1/32, to 2·10⁻¹³ of its value: Σ xⁿ/n! from n = 1 to 6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpMinusOneOfSmall(Vector512<double> x)
    {
        var sum = MultiplyAdd(x, Vector512.Create(1.0 / 720), 1.0 / 120);
        sum = MultiplyAdd(sum, x, 1.0 / 24);
        sum = MultiplyAdd(sum, x, 1.0 / 6);
        sum = MultiplyAdd(sum, x, 1.0 / 2);
        return MultiplyAdd(sum, x, 1) * x;
    }

    /// <inheritdoc cref="ExpMinusOneOfSmall(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ExpMinusOneOfSmall(Vector256<double> x)
    {
        var sum = MultiplyAdd(x, Vector256.Create(1.0 / 720), 1.0 / 120);
        sum = MultiplyAdd(sum, x, 1.0 / 24);
        sum = MultiplyAdd(sum, x, 1.0 / 6);
        sum = MultiplyAdd(sum, x, 1.0 / 2);
        return MultiplyAdd(sum, x, 1) * x;
    }

    /// <summary>
    /// ln(p/q) for normal positive numbers, to one or two units in the last place: e·ln 2 + 2·artanh((p' − q)/(p' + q)) with p' = p/2ᵉ within a
    /// factor of 1.5 of q.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LogOfRatio(Vector256<double> p, Vector256<double> q)
    {
        var difference = p.AsInt64() - q.AsInt64() + Vector256.Create((DifferenceBias << SignificandBits) + (1L << (SignificandBits - 1)));
        var exponent = difference >>> SignificandBits;
        var near = (p.AsInt64() - ((exponent - Vector256.Create(DifferenceBias)) << SignificandBits)).AsDouble();
        var quotient = (near - q) / (near + q);
        var e = (exponent | Vector256.Create(IntegerBase).AsInt64()).AsDouble() - Vector256.Create(IntegerBase + DifferenceBias);
        return Vector256.FusedMultiplyAdd(ArtanhSeries(quotient * quotient), quotient, e * (Ln2High + Ln2Low));
    }

    /// <summary>Σ xⁿ/n! up to n = 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ExpSeries(Vector512<double> x)
    {
        var sum = MultiplyAdd(x, Vector512.Create(1.0 / 479001600), 1.0 / 39916800);
        sum = MultiplyAdd(sum, x, 1.0 / 3628800);
        sum = MultiplyAdd(sum, x, 1.0 / 362880);
        sum = MultiplyAdd(sum, x, 1.0 / 40320);
        sum = MultiplyAdd(sum, x, 1.0 / 5040);
        sum = MultiplyAdd(sum, x, 1.0 / 720);
        sum = MultiplyAdd(sum, x, 1.0 / 120);
        sum = MultiplyAdd(sum, x, 1.0 / 24);
        sum = MultiplyAdd(sum, x, 1.0 / 6);
        sum = MultiplyAdd(sum, x, 1.0 / 2);
        sum = MultiplyAdd(sum, x, 1);
        return MultiplyAdd(sum, x, 1);
    }

    /// <inheritdoc cref="ExpSeries(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ExpSeries(Vector256<double> x)
    {
        var sum = MultiplyAdd(x, Vector256.Create(1.0 / 479001600), 1.0 / 39916800);
        sum = MultiplyAdd(sum, x, 1.0 / 3628800);
        sum = MultiplyAdd(sum, x, 1.0 / 362880);
        sum = MultiplyAdd(sum, x, 1.0 / 40320);
        sum = MultiplyAdd(sum, x, 1.0 / 5040);
        sum = MultiplyAdd(sum, x, 1.0 / 720);
        sum = MultiplyAdd(sum, x, 1.0 / 120);
        sum = MultiplyAdd(sum, x, 1.0 / 24);
        sum = MultiplyAdd(sum, x, 1.0 / 6);
        sum = MultiplyAdd(sum, x, 1.0 / 2);
        sum = MultiplyAdd(sum, x, 1);
        return MultiplyAdd(sum, x, 1);
    }

    /// <summary>2·artanh(x)/x as a series of x²: Σ 2·x²ⁿ/(2n + 1) up to n = 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ArtanhSeries(Vector256<double> square)
    {
        var sum = MultiplyAdd(square, Vector256.Create(2.0 / 21), 2.0 / 19);
        sum = MultiplyAdd(sum, square, 2.0 / 17);
        sum = MultiplyAdd(sum, square, 2.0 / 15);
        sum = MultiplyAdd(sum, square, 2.0 / 13);
        sum = MultiplyAdd(sum, square, 2.0 / 11);
        sum = MultiplyAdd(sum, square, 2.0 / 9);
        sum = MultiplyAdd(sum, square, 2.0 / 7);
        sum = MultiplyAdd(sum, square, 2.0 / 5);
        sum = MultiplyAdd(sum, square, 2.0 / 3);
        return MultiplyAdd(sum, square, 2);
    }

    private static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, double addend) =>
        Vector512.FusedMultiplyAdd(x, y, Vector512.Create(addend));

    private static Vector256<double> MultiplyAdd(Vector256<double> x, Vector256<double> y, double addend) =>
        Vector256.FusedMultiplyAdd(x, y, Vector256.Create(addend));
}
