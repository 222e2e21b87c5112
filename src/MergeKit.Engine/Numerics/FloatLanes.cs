using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeKit.Engine.Numerics;

/// <summary>
/// Runs a <see cref="IFloatFormat"/> over spans, sixteen elements at a time. A rest goes through a padded block, so that it
/// takes the same instructions, and gives the same bits, as every other element.
/// </summary>
internal static class FloatLanes
{
    private const int Block = 16;

    /// <summary>Decodes; returns the bits of the largest magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Decode<T>(ReadOnlySpan<byte> source, Span<float> destination)
        where T : struct, IFloatFormat
    {
        var largest = Vector256<uint>.Zero;
        var whole = destination.Length - (destination.Length % Block);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        if (Vector512.IsHardwareAccelerated && T.Size == sizeof(ushort))
        {
            var most = Vector512<uint>.Zero;
            for (; i < whole; i += Block)
            {
                var values = T.Decode(Vector512.WidenLower(Vector256.LoadUnsafe(ref from, (nuint)i * sizeof(ushort)).AsUInt16().ToVector512Unsafe()));
                values.StoreUnsafe(ref to, (nuint)i);
                most = Vector512.Max(most, Vector512.Abs(values).AsUInt32());
            }

            largest = Vector256.Max(most.GetLower(), most.GetUpper());
        }

        for (; i < whole; i += Block)
        {
            var (low, high) = Load<T>(ref from, i);
            var (first, second) = (T.Decode(low), T.Decode(high));
            first.StoreUnsafe(ref to, (nuint)i);
            second.StoreUnsafe(ref to, (nuint)i + (Block / 2));
            largest = Vector256.Max(largest, Vector256.Max(Magnitude(first), Magnitude(second)));
        }

        if (whole < destination.Length)
        {
            Span<byte> codes = stackalloc byte[Block * sizeof(ushort)];
            Span<float> values = stackalloc float[Block];
            codes.Clear();
            source[(whole * T.Size)..].CopyTo(codes);
            largest = Vector256.Max(largest, Vector256.Create(Decode<T>(codes[..(Block * T.Size)], values)));
            values[..(destination.Length - whole)].CopyTo(destination[whole..]);
        }

        return Largest(largest);
    }

    /// <summary>Encodes; returns the bits of the largest magnitude.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Encode<T>(ReadOnlySpan<float> source, Span<byte> destination)
        where T : struct, IFloatFormat
    {
        var largest = Vector256<uint>.Zero;
        var whole = source.Length - (source.Length % Block);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var i = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported && T.Size == sizeof(ushort))
        {
            var most = Vector512<uint>.Zero;
            for (; i < whole; i += Block)
            {
                var values = Vector512.LoadUnsafe(ref from, (nuint)i);
                Avx512F.ConvertToVector256UInt16(T.Encode(values)).AsByte().StoreUnsafe(ref to, (nuint)i * sizeof(ushort));
                most = Vector512.Max(most, Vector512.Abs(values).AsUInt32());
            }

            largest = Vector256.Max(most.GetLower(), most.GetUpper());
        }

        for (; i < whole; i += Block)
        {
            var low = Vector256.LoadUnsafe(ref from, (nuint)i);
            var high = Vector256.LoadUnsafe(ref from, (nuint)i + (Block / 2));
            Store<T>(T.Encode(low), T.Encode(high), ref to, i);
            largest = Vector256.Max(largest, Vector256.Max(Magnitude(low), Magnitude(high)));
        }

        if (whole < source.Length)
        {
            Span<float> values = stackalloc float[Block];
            Span<byte> codes = stackalloc byte[Block * sizeof(ushort)];
            values.Clear();
            source[whole..].CopyTo(values);
            largest = Vector256.Max(largest, Vector256.Create(Encode<T>(values, codes)));
            codes[..((source.Length - whole) * T.Size)].CopyTo(destination[(whole * T.Size)..]);
        }

        return Largest(largest);
    }

    /// <summary>The bits of the largest magnitude: without the sign, float32 numbers order like their bits, and NaN come last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint LargestMagnitude(ReadOnlySpan<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var largest = Vector256<uint>.Zero;
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            largest = Vector256.Max(largest, Magnitude(Vector256.LoadUnsafe(ref first, (nuint)i)));
        }

        for (; i < values.Length; i++)
        {
            largest = Vector256.Max(largest, Magnitude(Vector256.Create(values[i])));
        }

        return Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round<T>(Span<float> values)
        where T : struct, IFloatFormat
    {
        const int Width = Block / 2;
        var whole = values.Length - (values.Length % Width);
        ref var first = ref MemoryMarshal.GetReference(values);
        for (var i = 0; i < whole; i += Width)
        {
            T.Decode(T.Encode(Vector256.LoadUnsafe(ref first, (nuint)i))).StoreUnsafe(ref first, (nuint)i);
        }

        if (whole < values.Length)
        {
            Span<float> rest = stackalloc float[Width];
            values[whole..].CopyTo(rest);
            Round<T>(rest);
            rest[..(values.Length - whole)].CopyTo(values[whole..]);
        }
    }

    private static Vector256<uint> Magnitude(Vector256<float> values) => Vector256.Abs(values).AsUInt32();

    private static uint Largest(Vector256<uint> lanes)
    {
        var half = Vector128.Max(lanes.GetLower(), lanes.GetUpper());
        return Math.Max(Math.Max(half[0], half[1]), Math.Max(half[2], half[3]));
    }

    private static (Vector256<uint> Low, Vector256<uint> High) Load<T>(ref byte source, int index)
        where T : struct, IFloatFormat =>
        T.Size == 2
            ? Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)index * 2).AsUInt16())
            : Vector256.Widen(Vector256.WidenLower(Vector128.LoadUnsafe(ref source, (nuint)index).ToVector256Unsafe()));

    private static void Store<T>(Vector256<uint> low, Vector256<uint> high, ref byte destination, int index)
        where T : struct, IFloatFormat
    {
        var codes = Vector256.Narrow(low, high);
        if (T.Size == 2)
        {
            codes.AsByte().StoreUnsafe(ref destination, (nuint)index * 2);
        }
        else
        {
            Vector128.Narrow(codes.GetLower(), codes.GetUpper()).StoreUnsafe(ref destination, (nuint)index);
        }
    }
}
