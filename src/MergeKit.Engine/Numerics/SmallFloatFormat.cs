using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Numerics;

/// <summary>Converts a <see cref="ISmallFloat"/> type: normal numbers by shifting and rebiasing, subnormal ones by exact float arithmetic.</summary>
internal readonly struct SmallFloatFormat<T> : IFloatFormat
    where T : struct, ISmallFloat
{
    private const int SingleMantissaBits = 23;
    private const int SingleBias = 127;
    private const uint SingleSign = 0x8000_0000;
    private const uint SingleInfinity = 0x7F80_0000;
    private const uint SingleQuietNan = 0x7FC0_0000;

    public static int Size => T.Bits / 8;

    /// <summary>Distance between the mantissas of the two types.</summary>
    private static int Shift => SingleMantissaBits - T.MantissaBits;

    private static uint SignCode => 1u << (T.Bits - 1);

    /// <summary>The smallest normal number as float32 bits.</summary>
    private static uint SmallestNormal => (uint)(SingleBias + 1 - T.Bias) << SingleMantissaBits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> codes)
    {
        var magnitude = codes & Vector256.Create(SignCode - 1);
        var normal = (magnitude << Shift) + Vector256.Create((uint)(SingleBias - T.Bias) << SingleMantissaBits);

        // The code of a subnormal number counts steps of the smallest one; both factors and the product are exact.
        var step = Vector256.Create((uint)(SingleBias + 1 - T.Bias - T.MantissaBits) << SingleMantissaBits).AsSingle();
        var subnormal = (Vector256.ConvertToSingle(magnitude.AsInt32()) * step).AsUInt32();

        var bits = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(1 << T.MantissaBits)).AsUInt32(), subnormal, normal);
        bits = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)T.LastNumber)).AsUInt32(),
            (magnitude << Shift) | Vector256.Create(SingleQuietNan),
            T.LastNumber == T.Overflow ? Infinite(magnitude, bits) : bits);
        return (bits | ((codes & Vector256.Create(SignCode)) << (32 - T.Bits))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode(Vector512<uint> codes) => Vector512.Create(Decode(codes.GetLower()), Decode(codes.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Encode(Vector512<float> values) => Vector512.Create(Encode(values.GetLower()), Encode(values.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Encode(Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var magnitude = bits & Vector256.Create(SingleSign - 1);

        var half = Vector256.Create((1u << (Shift - 1)) - 1) + ((magnitude >>> Shift) & Vector256<uint>.One);
        var normal = ((magnitude + half) >>> Shift) - Vector256.Create((uint)(SingleBias - T.Bias) << T.MantissaBits);

        // Adding a number whose last place is the subnormal step lets the adder itself round to nearest even.
        var anchor = Vector256.Create((uint)(SingleBias + 1 - T.Bias + Shift) << SingleMantissaBits);
        var subnormal = (magnitude.AsSingle() + anchor.AsSingle()).AsUInt32() - anchor;

        var code = Vector256.ConditionalSelect(
            Vector256.LessThan(magnitude.AsInt32(), Vector256.Create((int)SmallestNormal)).AsUInt32(), subnormal, normal);
        code = Vector256.ConditionalSelect(
            Vector256.GreaterThan(code.AsInt32(), Vector256.Create((int)T.Overflow)).AsUInt32(), Vector256.Create(T.Overflow), code);
        code = Vector256.ConditionalSelect(
            Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)SingleInfinity)).AsUInt32(),
            ((magnitude >>> Shift) & Vector256.Create((1u << T.MantissaBits) - 1)) | Vector256.Create(T.QuietNan),
            code);
        return code | ((bits & Vector256.Create(SingleSign)) >>> (32 - T.Bits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Infinite(Vector256<uint> magnitude, Vector256<uint> otherwise) =>
        Vector256.ConditionalSelect(
            Vector256.Equals(magnitude, Vector256.Create(T.Overflow)), Vector256.Create(SingleInfinity), otherwise);
}
