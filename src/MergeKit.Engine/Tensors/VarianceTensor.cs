namespace MergeKit.Engine.Tensors;

/// <summary>
/// The variance of every element over several tensors: the mean of the squared differences from the mean. Computed relative to the first
/// tensor, so that equal elements have exactly no variance. All sums are added in the given order and rounded after every operation.
/// </summary>
internal sealed class VarianceTensor(IReadOnlyList<Tensor> tensors) : Tensor(tensors[0].Shape, [.. tensors])
{
    /// <summary>One part of as many as there are tensors.</summary>
    public float Share { get; } = (float)(1.0 / tensors.Count);
}
