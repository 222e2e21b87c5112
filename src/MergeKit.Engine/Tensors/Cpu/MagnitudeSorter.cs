namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Sorts the magnitudes of a row by radix: three stable counting passes over the 31 bits, 11 at a time.</summary>
internal sealed class MagnitudeSorter(int length)
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private readonly uint[] keys = new uint[length];
    private readonly int[] starts = new int[Digits];
    private int[] order = new int[length];
    private int[] next = new int[length];

    /// <summary>Indices of the values in ascending order of magnitude; equal ones in ascending order of index. Valid until the next call.</summary>
    public ReadOnlySpan<int> Ascending(ReadOnlySpan<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            keys[i] = BitConverter.SingleToUInt32Bits(values[i]) & 0x7FFF_FFFF;
            order[i] = i;
        }

        for (var shift = 0; shift < 31; shift += DigitBits)
        {
            SortByDigit(shift);
        }

        return order;
    }

    private void SortByDigit(int shift)
    {
        Array.Clear(starts);
        foreach (var key in keys)
        {
            starts[(key >> shift) & (Digits - 1)]++;
        }

        var sum = 0;
        for (var digit = 0; digit < Digits; digit++)
        {
            (starts[digit], sum) = (sum, sum + starts[digit]);
        }

        foreach (var index in order)
        {
            next[starts[(keys[index] >> shift) & (Digits - 1)]++] = index;
        }

        (order, next) = (next, order);
    }
}
