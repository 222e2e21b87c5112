using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// The right factor of a low-rank product in float32, in the order in which the product reads it: bundles of <see cref="Lanes"/> columns,
/// of each bundle one row after the other. Columns that the last bundle lacks are zero.
/// </summary>
internal sealed class PackedMatrix
{
    /// <summary>Columns of a bundle.</summary>
    public const int Lanes = 16;

    /// <summary>Elements to read at a time.</summary>
    private const int PieceElements = 1 << 16;

    private readonly float[] data;

    private PackedMatrix(float[] data, int rank) => (this.data, Rank) = (data, rank);

    /// <summary>Number of rows.</summary>
    public int Rank { get; }

    /// <summary>Elements in memory for a factor of given size.</summary>
    public static long SizeOf(long rank, long columns) => rank * ((columns + Lanes - 1) / Lanes * Lanes);

    /// <summary>Reads a factor that is stored by rows, [rank, columns].</summary>
    public static PackedMatrix ReadRows(TensorSource source, int rank, int columns)
    {
        var data = new float[SizeOf(rank, columns)];
        var row = new float[columns];
        for (var k = 0; k < rank; k++)
        {
            FactorReader.Read(source, (long)k * columns, row);
            for (var first = 0; first < columns; first += Lanes)
            {
                row.AsSpan(first, Math.Min(Lanes, columns - first)).CopyTo(data.AsSpan(first * rank + k * Lanes));
            }
        }

        return new PackedMatrix(data, rank);
    }

    /// <summary>Reads a factor that is stored by columns, [columns, rank].</summary>
    public static PackedMatrix ReadColumns(TensorSource source, int rank, int columns)
    {
        var data = new float[SizeOf(rank, columns)];
        var piece = new float[Math.Min(columns, Math.Max(1, PieceElements / rank)) * rank];
        for (var start = 0; start < columns; start += piece.Length / rank)
        {
            var count = Math.Min(piece.Length / rank, columns - start);
            FactorReader.Read(source, (long)start * rank, piece.AsSpan(0, count * rank));
            for (var i = 0; i < count * rank; i++)
            {
                var (column, row) = (start + i / rank, i % rank);
                data[column / Lanes * Lanes * rank + row * Lanes + column % Lanes] = piece[i];
            }
        }

        return new PackedMatrix(data, rank);
    }

    /// <summary>The rows of a bundle, <see cref="Lanes"/> elements each.</summary>
    public ReadOnlySpan<float> Bundle(int number) => data.AsSpan(number * Lanes * Rank, Lanes * Rank);
}
