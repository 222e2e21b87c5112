namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Draws the mask of a <see cref="RankedRandomMask"/> for whole rows.</summary>
internal static class RankedRandomMaskKernel
{
    public static void Run(RankedRandomMask node, ReadOnlySpan<float> x, long start, Span<float> target)
    {
        var rowLength = (int)node.Shape.RowLength;
        var sorter = new MagnitudeSorter(rowLength);
        var keepBelow = KeepBelow(node, rowLength);
        Span<uint> bits = rowLength <= 1024 ? stackalloc uint[rowLength] : new uint[rowLength];
        for (var row = 0; row < target.Length; row += rowLength)
        {
            Philox.Fill(node.Key, start + row, bits);
            var order = sorter.Ascending(x.Slice(row, rowLength));
            for (var rank = 0; rank < rowLength; rank++)
            {
                var index = order[rank];
                target[row + index] = bits[index] < keepBelow[rank] ? 1 : 0;
            }
        }
    }

    /// <summary>The bound for every rank's random number: density − ε + 2ε·rank/(k − 1), as a fraction of 2³².</summary>
    private static ulong[] KeepBelow(RankedRandomMask node, int rowLength)
    {
        var bounds = new ulong[rowLength];
        for (var rank = 0; rank < rowLength; rank++)
        {
            var position = rowLength > 1 ? (double)rank / (rowLength - 1) : 0;
            bounds[rank] = (ulong)(Math.Clamp(node.Density - node.Epsilon + 2 * node.Epsilon * position, 0, 1) * (1UL << 32));
        }

        return bounds;
    }
}
