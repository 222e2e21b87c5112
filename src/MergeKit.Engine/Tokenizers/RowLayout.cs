using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Collects the rows of a <see cref="VocabularyRows"/>.</summary>
/// <param name="own">The model's own tensor.</param>
internal sealed class RowLayout(TensorSource own)
{
    private readonly List<TensorSource> tensors = [own];
    private readonly List<RowOrigin> rows = [];
    private readonly List<RowOrigin[]> means = [];

    /// <summary>Adds a row of a tensor.</summary>
    public void Add(TensorSource tensor, int row) => rows.Add(Stored(tensor, row));

    /// <summary>Adds the mean of rows; of none, zeros.</summary>
    public void Add(IReadOnlyList<(TensorSource Tensor, int Row)> parts)
    {
        if (parts.Count > 1)
        {
            rows.Add(RowOrigin.Mean(means.Count));
            means.Add([.. parts.Select(part => Stored(part.Tensor, part.Row))]);
        }
        else
        {
            rows.Add(parts is [var only] ? Stored(only.Tensor, only.Row) : RowOrigin.Zero);
        }
    }

    /// <summary>Adds a row that is not one of a tensor.</summary>
    public void Add(RowOrigin row) => rows.Add(row);

    /// <summary>Gives the tensor: the model's own where that is the same.</summary>
    /// <param name="count">Number of rows; those beyond the added ones are padding.</param>
    public TensorSource Finish(int count)
    {
        var isOwn = rows.Count == count && count == own.Shape[0] && rows.Select((row, i) => row == new RowOrigin(0, i)).All(same => same);
        return isOwn ? own : new VocabularyRows([.. tensors], [.. rows], [.. means], count);
    }

    private RowOrigin Stored(TensorSource tensor, int row)
    {
        var index = tensors.IndexOf(tensor);
        if (index < 0)
        {
            index = tensors.Count;
            tensors.Add(tensor);
        }

        return new RowOrigin(index, row);
    }
}
