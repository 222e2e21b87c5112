using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Sorts the magnitudes of a row by radix: three stable counting passes over the 31 bits, 11 at a time.</summary>
internal sealed class MagnitudeSorter
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private readonly int[] starts = new int[Digits];
    private uint[] keys = [];
    private int[] order = [];
    private int[] next = [];

    /// <summary>Indices of the values in ascending order of magnitude; equal ones in ascending order of index. Valid until the next call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<int> Ascending(ReadOnlySpan<float> values)
    {
        if (keys.Length < values.Length)
        {
            (keys, order, next) = (new uint[values.Length], new int[values.Length], new int[values.Length]);
        }

        for (var i = 0; i < values.Length; i++)
        {
            keys[i] = BitConverter.SingleToUInt32Bits(values[i]) & 0x7FFF_FFFF;
            order[i] = i;
        }

        for (var shift = 0; shift < 31; shift += DigitBits)
        {
            SortByDigit(shift, values.Length);
        }

        return order.AsSpan(0, values.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SortByDigit(int shift, int length)
    {
        Array.Clear(starts);
        foreach (var key in keys.AsSpan(0, length))
        {
            starts[(key >> shift) & (Digits - 1)]++;
        }

        var sum = 0;
        for (var digit = 0; digit < Digits; digit++)
        {
            (starts[digit], sum) = (sum, sum + starts[digit]);
        }

        foreach (var index in order.AsSpan(0, length))
        {
            next[starts[(keys[index] >> shift) & (Digits - 1)]++] = index;
        }

        (order, next) = (next, order);
    }
}
