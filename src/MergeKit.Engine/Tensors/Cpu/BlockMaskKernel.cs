namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes the mask of a <see cref="BlockMask"/> for whole rows.</summary>
internal static class BlockMaskKernel
{
    public static void Run(BlockMask node, ReadOnlySpan<float> x, Span<float> target)
    {
        var rowLength = (int)node.Shape.RowLength;
        var keys = new ulong[Math.Min(node.Block, rowLength)];
        for (var start = 0; start < x.Length;)
        {
            var length = Math.Min(node.Block, rowLength - start % rowLength);
            var kept = (int)(((long)node.Kept * length + node.Block - 1) / node.Block);
            Select(x.Slice(start, length), kept, keys.AsSpan(0, length), target.Slice(start, length));
            start += length;
        }
    }

    private static void Select(ReadOnlySpan<float> x, int kept, Span<ulong> keys, Span<float> target)
    {
        // Magnitudes order like their bits; the complement of the index below them puts the lowest of equal ones last, next to the end.
        for (var i = 0; i < x.Length; i++)
        {
            keys[i] = ((ulong)(BitConverter.SingleToUInt32Bits(x[i]) & 0x7FFF_FFFF) << 32) | ~(uint)i;
        }

        keys.Sort();
        target.Clear();
        foreach (var key in keys[^kept..])
        {
            target[(int)~(uint)key] = key >> 32 == 0 ? 0 : 1;
        }
    }
}
