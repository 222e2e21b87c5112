namespace MergeKit.Engine.Adapters;

/// <summary>Rows of a left factor for one run, read a number at a time.</summary>
/// <param name="term">Whose left factor it is.</param>
/// <param name="rowsOfAll">Rows of the whole factor.</param>
/// <param name="last">The last row that will be asked for.</param>
internal sealed class LeftPanel(LowRankTerm term, long rowsOfAll, long last)
{
    private double[] values = [];
    private long start;

    /// <summary>Some rows; those that are asked for next follow them.</summary>
    public ReadOnlySpan<double> Rows(long row, int count)
    {
        if (row < start || row + count > start + values.Length / term.Rank)
        {
            var rows = Math.Min(Math.Max(count, AdaptedMatrix.PanelElements / term.Rank), last + 1 - row);
            values = new double[rows * term.Rank];
            term.ReadLeft(row, rowsOfAll, values);
            start = row;
        }

        return values.AsSpan((int)(row - start) * term.Rank, count * term.Rank);
    }
}
