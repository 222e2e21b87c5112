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
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(1 / (Ln2High + Ln2Low)), Vector512.Create(Rounder));
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
        var shifted = Vector256.FusedMultiplyAdd(x, Vector256.Create(1 / (Ln2High + Ln2Low)), Vector256.Create(Rounder));
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
        var sum = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.0 / 720), Vector512.Create(1.0 / 120));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 24));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 6));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 2));
        return Vector512.FusedMultiplyAdd(sum, x, Vector512<double>.One) * x;
    }

    /// <inheritdoc cref="ExpMinusOneOfSmall(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ExpMinusOneOfSmall(Vector256<double> x)
    {
        var sum = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.0 / 720), Vector256.Create(1.0 / 120));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 24));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 6));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 2));
        return Vector256.FusedMultiplyAdd(sum, x, Vector256<double>.One) * x;
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
        var sum = Vector512.FusedMultiplyAdd(x, Vector512.Create(1.0 / 479001600), Vector512.Create(1.0 / 39916800));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 3628800));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 362880));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 40320));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 5040));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 720));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 120));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 24));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 6));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 2));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512<double>.One);
        return Vector512.FusedMultiplyAdd(sum, x, Vector512<double>.One);
    }

    /// <inheritdoc cref="ExpSeries(Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ExpSeries(Vector256<double> x)
    {
        var sum = Vector256.FusedMultiplyAdd(x, Vector256.Create(1.0 / 479001600), Vector256.Create(1.0 / 39916800));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 3628800));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 362880));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 40320));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 5040));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 720));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 120));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 24));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 6));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256.Create(1.0 / 2));
        sum = Vector256.FusedMultiplyAdd(sum, x, Vector256<double>.One);
        return Vector256.FusedMultiplyAdd(sum, x, Vector256<double>.One);
    }

    /// <summary>2·artanh(x)/x as a series of x²: Σ 2·x²ⁿ/(2n + 1) up to n = 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> ArtanhSeries(Vector256<double> square)
    {
        var sum = Vector256.FusedMultiplyAdd(square, Vector256.Create(2.0 / 21), Vector256.Create(2.0 / 19));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 17));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 15));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 13));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 11));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 9));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 7));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 5));
        sum = Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0 / 3));
        return Vector256.FusedMultiplyAdd(sum, square, Vector256.Create(2.0));
    }
}
