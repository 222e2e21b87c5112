namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Finds elements within tiles of a pass over several tensors.</summary>
internal sealed class TieLocation(TileScheduler scheduler, IReadOnlyList<Tensor> roots)
{
    private readonly bool needsRows = TileProgram.NeedsRows(roots);

    /// <summary>Flat index of the <paramref name="tie"/>-th element of a split's magnitude in a tile.</summary>
    public long IndexOf(TieSplit split, long tile, int tie)
    {
        var tileLength = TileProgram.TileLengthOf([split.X], needsRows);
        var start = tile * tileLength;
        var values = new float[Math.Min(tileLength, split.X.Shape.ElementCount - start)];
        scheduler.Evaluate(split.X, start, values, needsRows);
        var index = -1;
        while (tie > 0)
        {
            index++;
            tie -= (BitConverter.SingleToUInt32Bits(values[index]) & MagnitudeWindow.MagnitudeBits) == split.Bits ? 1 : 0;
        }

        return start + index;
    }
}
