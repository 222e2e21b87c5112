using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeKit.Engine.Tensors;

/// <summary>
/// Philox4x32-10, a counter-based random number generator: the numbers at an index depend on the key and that index alone.
/// Source: J. K. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC11.
/// </summary>
internal static class Philox
{
    internal const int Rounds = 10;
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    private const int BitsPerWord = 64;

    /// <summary>The four 32-bit numbers of one counter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (uint X0, uint X1, uint X2, uint X3) Draw(ulong counterLow, ulong counterHigh, ulong key)
    {
        var (x0, x1) = ((uint)counterLow, (uint)(counterLow >> 32));
        var (x2, x3) = ((uint)counterHigh, (uint)(counterHigh >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            (x0, x1, x2, x3) = ((uint)(product1 >> 32) ^ x1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ x3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (x0, x1, x2, x3);
    }

    /// <summary>
    /// Writes a bit for every one of <paramref name="length"/> elements from flat index <paramref name="start"/> on, the lowest bits first: 1 where
    /// the element's number is below <paramref name="keepBelow"/>. What is left of the last word is 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FillBits(ulong key, ulong keepBelow, long start, int length, Span<ulong> destination)
    {
        const int Piece = 1024;
        Span<uint> numbers = stackalloc uint[Piece];
        for (var done = 0; done < length; done += Piece)
        {
            var part = numbers[..Math.Min(Piece, length - done)];
            Fill(key, start + done, part);
            WriteBelow(part, keepBelow, destination[(done / BitsPerWord)..]);
        }
    }

    /// <summary>The numbers of the elements from flat index <paramref name="start"/> on: lane index mod 4 of counter index div 4.</summary>
    public static void Fill(ulong key, long start, Span<uint> destination)
    {
        var index = (int)Math.Min(destination.Length, -start & 3);
        FillEach(key, start, destination[..index]);
        if (PhiloxLanes512.IsSupported)
        {
            index += PhiloxLanes512.Fill(key, (ulong)(start + index) >> 2, destination[index..]);
        }

        if (PhiloxLanes.IsSupported)
        {
            index += PhiloxLanes.Fill(key, (ulong)(start + index) >> 2, destination[index..]);
        }

        FillEach(key, start + index, destination[index..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FillEach(ulong key, long start, Span<uint> destination)
    {
        var index = 0;
        while (index < destination.Length)
        {
            var element = start + index;
            var (x0, x1, x2, x3) = Draw((ulong)element >> 2, 0, key);
            for (var lane = (int)(element & 3); lane < 4 && index < destination.Length; lane++, index++)
            {
                destination[index] = lane switch { 0 => x0, 1 => x1, 2 => x2, _ => x3 };
            }
        }
    }

    /// <summary>Writes a bit for every number, the lowest bits first: 1 where it is below <paramref name="limit"/>. What is left of the last word is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void WriteBelow(ReadOnlySpan<uint> numbers, ulong limit, Span<ulong> destination)
    {
        if (limit == 0)
        {
            destination[..((numbers.Length + BitsPerWord - 1) / BitsPerWord)].Clear();
            return;
        }

        // The last number that counts, as the limit may be one more than 32 bits can say.
        var last = Vector512.Create((uint)(limit - 1));
        ref var numbers0 = ref MemoryMarshal.GetReference(numbers);
        var i = 0;
        for (; i <= numbers.Length - BitsPerWord; i += BitsPerWord)
        {
            var word = Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref numbers0, (nuint)i), last).ExtractMostSignificantBits()
                | Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref numbers0, (nuint)i + 16), last).ExtractMostSignificantBits() << 16
                | Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref numbers0, (nuint)i + 32), last).ExtractMostSignificantBits() << 32
                | Vector512.LessThanOrEqual(Vector512.LoadUnsafe(ref numbers0, (nuint)i + 48), last).ExtractMostSignificantBits() << 48;
            destination[i / BitsPerWord] = word;
        }

        if (i < numbers.Length)
        {
            var word = 0UL;
            for (var bit = 0; i + bit < numbers.Length; bit++)
            {
                word |= (numbers[i + bit] < limit ? 1UL : 0) << bit;
            }

            destination[i / BitsPerWord] = word;
        }
    }
}
