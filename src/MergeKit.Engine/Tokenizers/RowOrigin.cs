namespace MergeKit.Engine.Tokenizers;

/// <summary>Where a row of a <see cref="VocabularyRows"/> comes from.</summary>
/// <param name="Tensor">Index of the tensor that has it, or one of the constants.</param>
/// <param name="Row">The row in that tensor, or the index of the mean.</param>
internal readonly record struct RowOrigin(int Tensor, int Row)
{
    private const int ZeroTensor = -1;
    private const int MeanTensor = -2;
    private const int FillerTensor = -3;

    /// <summary>A row of zeros.</summary>
    public static RowOrigin Zero { get; } = new(ZeroTensor, 0);

    /// <summary>The mean of all rows that belong to a token.</summary>
    public static RowOrigin Filler { get; } = new(FillerTensor, 0);

    /// <summary>Whether it is <see cref="Zero"/>.</summary>
    public bool IsZero => Tensor == ZeroTensor;

    /// <summary>Whether it is the mean of some rows.</summary>
    public bool IsMean => Tensor == MeanTensor;

    /// <summary>Whether it is <see cref="Filler"/>.</summary>
    public bool IsFiller => Tensor == FillerTensor;

    /// <summary>Whether it is a row of a tensor.</summary>
    public bool IsStored => Tensor >= 0;

    /// <summary>The mean of rows that are listed elsewhere.</summary>
    /// <param name="index">Its place in the list of means.</param>
    public static RowOrigin Mean(int index) => new(MeanTensor, index);
}
