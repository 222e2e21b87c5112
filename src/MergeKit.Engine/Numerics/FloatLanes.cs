using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Numerics;

/// <summary>
/// Runs a <see cref="IFloatFormat"/> over spans, sixteen elements at a time. A rest goes through a padded block, so that it
/// takes the same instructions, and gives the same bits, as every other element.
/// </summary>
internal static class FloatLanes
{
    private const int Block = 16;

    public static void Decode<T>(ReadOnlySpan<byte> source, Span<float> destination)
        where T : struct, IFloatFormat
    {
        var whole = destination.Length - (destination.Length % Block);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < whole; i += Block)
        {
            var (low, high) = Load<T>(ref from, i);
            T.Decode(low).StoreUnsafe(ref to, (nuint)i);
            T.Decode(high).StoreUnsafe(ref to, (nuint)i + (Block / 2));
        }

        if (whole < destination.Length)
        {
            Span<byte> codes = stackalloc byte[Block * sizeof(ushort)];
            Span<float> values = stackalloc float[Block];
            source[(whole * T.Size)..].CopyTo(codes);
            Decode<T>(codes[..(Block * T.Size)], values);
            values[..(destination.Length - whole)].CopyTo(destination[whole..]);
        }
    }

    public static void Encode<T>(ReadOnlySpan<float> source, Span<byte> destination)
        where T : struct, IFloatFormat
    {
        var whole = source.Length - (source.Length % Block);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (var i = 0; i < whole; i += Block)
        {
            var low = T.Encode(Vector256.LoadUnsafe(ref from, (nuint)i));
            var high = T.Encode(Vector256.LoadUnsafe(ref from, (nuint)i + (Block / 2)));
            Store<T>(low, high, ref to, i);
        }

        if (whole < source.Length)
        {
            Span<float> values = stackalloc float[Block];
            Span<byte> codes = stackalloc byte[Block * sizeof(ushort)];
            source[whole..].CopyTo(values);
            Encode<T>(values, codes);
            codes[..((source.Length - whole) * T.Size)].CopyTo(destination[(whole * T.Size)..]);
        }
    }

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
