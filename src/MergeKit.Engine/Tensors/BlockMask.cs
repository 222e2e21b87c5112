namespace MergeKit.Engine.Tensors;

/// <summary>
/// n:m sparsity: 1 for the <paramref name="kept"/> elements of largest magnitude in every block of <paramref name="block"/> consecutive ones of a row, else 0. Of equal
/// magnitudes the lowest index comes first; zeros are never kept. A shorter block at the end of a row keeps its share, rounded up.
/// </summary>
internal sealed class BlockMask(Tensor x, int kept, int block) : Tensor(x.Shape, x)
{
    public int Kept { get; } = kept;

    public int Block { get; } = block;

    public override bool NeedsRows => true;
}
