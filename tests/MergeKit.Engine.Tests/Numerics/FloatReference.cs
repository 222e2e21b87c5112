using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Numerics;

/// <summary>Float formats by definition: values from the fields of a code, codes by searching the nearest value.</summary>
internal sealed class FloatReference
{
    private readonly int bits;
    private readonly int mantissaBits;
    private readonly int bias;
    private readonly bool hasInfinity;
    private readonly double[] values;

    private FloatReference(int bits, int mantissaBits, int bias, bool hasInfinity)
    {
        (this.bits, this.mantissaBits, this.bias, this.hasInfinity) = (bits, mantissaBits, bias, hasInfinity);
        values = [.. Enumerable.Range(0, SignBit).Select(Magnitude).TakeWhile(double.IsFinite)];
    }

    public static IReadOnlyDictionary<DType, FloatReference> All { get; } = new Dictionary<DType, FloatReference>
    {
        [DType.F16] = new(16, 10, 15, hasInfinity: true),
        [DType.BF16] = new(16, 7, 127, hasInfinity: true),
        [DType.F8E5M2] = new(8, 2, 15, hasInfinity: true),
        [DType.F8E4M3] = new(8, 3, 7, hasInfinity: false),
    };

    public int SignBit => 1 << (bits - 1);

    /// <summary>Number of codes.</summary>
    public int Count => 1 << bits;

    /// <summary>Magnitudes that are finite, rising, by code.</summary>
    public IReadOnlyList<double> Finite => values;

    /// <summary>Value of a code; every NaN is <see cref="double.NaN"/>.</summary>
    public double Value(int code) => code >= SignBit ? -Magnitude(code - SignBit) : Magnitude(code);

    /// <summary>Code of the nearest value, ties to the even code; not for NaN.</summary>
    public int Code(float value)
    {
        var magnitude = Math.Abs((double)value);
        var index = Array.BinarySearch(values, magnitude);
        if (index < 0)
        {
            index = ~index;
            var above = index < values.Length ? values[index] : Extrapolated();
            var (down, up) = (magnitude - values[index - 1], above - magnitude);
            if (down < up || (down == up && (index - 1) % 2 == 0))
            {
                index--;
            }
        }

        return Math.Min(index, values.Length) + (float.IsNegative(value) ? SignBit : 0);
    }

    /// <summary>The value that would follow the largest finite one.</summary>
    private double Extrapolated() => values[^1] + (values[^1] - values[^2]);

    private double Magnitude(int code)
    {
        var (exponent, mantissa) = (code >> mantissaBits, code & ((1 << mantissaBits) - 1));
        var top = (1 << (bits - 1 - mantissaBits)) - 1;
        if (exponent == top && (hasInfinity || mantissa == (1 << mantissaBits) - 1))
        {
            return hasInfinity && mantissa == 0 ? double.PositiveInfinity : double.NaN;
        }

        var significand = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
        return Math.ScaleB(significand, Math.Max(exponent, 1) - bias - mantissaBits);
    }
}
