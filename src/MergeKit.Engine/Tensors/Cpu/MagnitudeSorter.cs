namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// Sorts the magnitudes of a row by radix: three stable counting passes over the 31 bits, 11 at a time. Short rows are sorted by insertion,
/// since counting costs as much for one element as for thousands.
/// </summary>
internal sealed class MagnitudeSorter(int length)
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const int ShortRow = 64;

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

        if (length <= ShortRow)
        {
            SortByInsertion();
            return order;
        }

        for (var shift = 0; shift < 31; shift += DigitBits)
        {
            SortByDigit(shift);
        }

        return order;
    }

    private void SortByInsertion()
    {
        for (var end = 1; end < length; end++)
        {
            var position = end;
            for (; position > 0 && keys[order[position - 1]] > keys[end]; position--)
            {
                order[position] = order[position - 1];
            }

            order[position] = end;
        }
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
