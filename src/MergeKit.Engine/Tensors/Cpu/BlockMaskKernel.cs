using System.Runtime.CompilerServices;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Writes the mask of a <see cref="BlockMask"/> for whole rows.</summary>
internal static class BlockMaskKernel
{
    private const int HighestBit = 30;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(BlockMask node, ReadOnlySpan<float> x, Span<float> target)
    {
        var rowLength = (int)node.Shape.RowLength;
        for (var start = 0; start < x.Length;)
        {
            var length = Math.Min(node.Block, rowLength - start % rowLength);
            var kept = (int)(((long)node.Kept * length + node.Block - 1) / node.Block);
            var block = x.Slice(start, length);
            MagnitudeMaskKernel.Run(block, Boundary(block, kept), 0, target.Slice(start, length));
            start += length;
        }
    }

    /// <summary>The boundary that selects the largest magnitudes, bit by bit: a bit is set if enough of them remain at or above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static MagnitudeBoundary Boundary(ReadOnlySpan<float> x, int kept)
    {
        var (least, count) = (0u, x.Length);
        for (var bit = HighestBit; bit >= 0 && count != kept; bit--)
        {
            var higher = MagnitudeCountKernel.AtLeast(x, least | (1u << bit));
            (least, count) = higher >= kept ? (least | (1u << bit), higher) : (least, count);
        }

        // Zeros are never kept.
        return least == 0 ? new MagnitudeBoundary(0, 0, -1)
            : count == kept ? new MagnitudeBoundary(least, 0, x.Length)
            : new MagnitudeBoundary(least, 0, IndexOfTie(x, least, kept - MagnitudeCountKernel.AtLeast(x, least + 1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int IndexOfTie(ReadOnlySpan<float> x, uint bits, int tie)
    {
        var index = -1;
        while (tie > 0)
        {
            index++;
            tie -= (BitConverter.SingleToUInt32Bits(x[index]) & MagnitudeWindow.MagnitudeBits) == bits ? 1 : 0;
        }

        return index;
    }
}
