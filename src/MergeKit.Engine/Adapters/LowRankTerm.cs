using System.Numerics.Tensors;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// What an adapter adds to a weight: scale · B·A, or its transpose. A has shape [rank, in], B [out, rank]; further dimensions, those of a
/// convolution's kernel, count as part of A's second.
/// </summary>
/// <param name="A">The factor on the side of the inputs.</param>
/// <param name="B">The factor on the side of the outputs.</param>
/// <param name="Rank">The rank.</param>
/// <param name="Scale">The factor of the product.</param>
/// <param name="IsTransposed">Whether the weight is stored as [in, out], as embeddings and Conv1D layers do.</param>
/// <param name="Magnitude">DoRA's magnitude of every output; null without DoRA.</param>
internal sealed record LowRankTerm(TensorSource A, TensorSource B, int Rank, double Scale, bool IsTransposed, TensorSource? Magnitude)
{
    /// <summary>Most elements of the factor that is held in memory as a whole.</summary>
    public const long MaximumFactor = 1 << 28;

    /// <summary>Reads the right factor of the product as it is added to the weight, [rank, columns].</summary>
    public PackedMatrix ReadRight(int columns) =>
        IsTransposed ? PackedMatrix.ReadColumns(B, Rank, columns) : PackedMatrix.ReadRows(A, Rank, columns);

    /// <summary>Reads rows of the left factor, [rows, rank].</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rowsOfAll">Rows of the whole factor.</param>
    /// <param name="left">A whole number of rows.</param>
    public void ReadLeft(long first, long rowsOfAll, Span<double> left)
    {
        var rows = left.Length / Rank;
        if (!IsTransposed)
        {
            var values = new float[left.Length];
            FactorReader.Read(B, first * Rank, values);
            TensorPrimitives.ConvertTruncating<float, double>(values, left);
            return;
        }

        var column = new float[rows];
        for (var k = 0; k < Rank; k++)
        {
            FactorReader.Read(A, k * rowsOfAll + first, column);
            for (var i = 0; i < rows; i++)
            {
                left[i * Rank + k] = column[i];
            }
        }
    }
}
