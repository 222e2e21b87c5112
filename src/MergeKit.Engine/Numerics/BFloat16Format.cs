using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Numerics;

/// <summary>bfloat16: the upper half of a float32, rounded to nearest even; NaN keep their sign and upper payload.</summary>
internal readonly struct BFloat16Format : IFloatFormat
{
    private const uint QuietBit = 0x0040_0000;

    public static int Size => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Decode(Vector256<uint> codes)
    {
        var values = (codes << 16).AsSingle();
        return (values.AsUInt32() | (Nan(values) & Vector256.Create(QuietBit))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Encode(Vector256<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = bits + Vector256.Create(0x7FFFu) + ((bits >>> 16) & Vector256<uint>.One);
        return Vector256.ConditionalSelect(Nan(values), bits | Vector256.Create(QuietBit), rounded) >>> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Nan(Vector256<float> values) => ~Vector256.Equals(values, values).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Decode(Vector512<uint> codes)
    {
        var values = (codes << 16).AsSingle();
        return (values.AsUInt32() | (Nan(values) & Vector512.Create(QuietBit))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Encode(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One);
        return Vector512.ConditionalSelect(Nan(values), bits | Vector512.Create(QuietBit), rounded) >>> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Nan(Vector512<float> values) => ~Vector512.Equals(values, values).AsUInt32();
}
