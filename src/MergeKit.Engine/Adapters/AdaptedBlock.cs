namespace MergeKit.Engine.Adapters;

/// <summary>A rectangle of a matrix whose elements follow each other: some whole rows, or a part of one.</summary>
/// <param name="Row">The first row.</param>
/// <param name="Column">The first column.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
internal readonly record struct AdaptedBlock(long Row, int Column, int Rows, int Columns)
{
    /// <summary>Most elements of a block: what fits into a processor's second-level cache in float64.</summary>
    public const int MaximumElements = 1 << 15;

    /// <summary>Number of elements.</summary>
    public int Count => Rows * Columns;

    /// <summary>The largest block at a place.</summary>
    /// <param name="start">Flat index of the first element.</param>
    /// <param name="count">Elements from there on that are wanted.</param>
    /// <param name="rowLength">Columns of the matrix.</param>
    /// <param name="maximumRows">Most rows of a block.</param>
    public static AdaptedBlock At(long start, long count, int rowLength, int maximumRows)
    {
        var (row, column) = Math.DivRem(start, rowLength);
        if (column > 0 || count < rowLength || rowLength > MaximumElements)
        {
            var columns = Math.Min(Math.Min(rowLength - column, count), MaximumElements);
            return new AdaptedBlock(row, (int)column, 1, (int)columns);
        }

        return new AdaptedBlock(row, 0, (int)Math.Min(count / rowLength, maximumRows), rowLength);
    }
}
