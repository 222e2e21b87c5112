namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>How the elements of a tensor lie in its storage.</summary>
/// <param name="Dimensions">Number of indices per dimension, outermost first.</param>
/// <param name="Strides">Elements from one index to the next; none is negative.</param>
internal sealed record TensorLayout(IReadOnlyList<long> Dimensions, IReadOnlyList<long> Strides)
{
    /// <summary>Whether elements follow each other in row-major order without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            var simple = Simplified();
            return simple.Dimensions.Count == 0 || (simple.Dimensions.Count == 1 && simple.Strides[0] == 1) || simple.Dimensions.Contains(0);
        }
    }

    /// <summary>The distance between the first and the last element.</summary>
    /// <exception cref="OverflowException">It does not fit into 63 bits.</exception>
    public long Reach => Dimensions.Zip(Strides).Aggregate(0L, (reach, axis) => checked(reach + (axis.First - 1) * axis.Second));

    /// <summary>The same order of elements in as few dimensions as possible.</summary>
    public TensorLayout Simplified()
    {
        var dimensions = new List<long>();
        var strides = new List<long>();
        for (var axis = 0; axis < Dimensions.Count; axis++)
        {
            if (Dimensions[axis] == 1)
            {
                continue;
            }

            if (dimensions.Count > 0 && IsProduct(strides[^1], Dimensions[axis], Strides[axis]))
            {
                dimensions[^1] *= Dimensions[axis];
                strides[^1] = Strides[axis];
            }
            else
            {
                dimensions.Add(Dimensions[axis]);
                strides.Add(Strides[axis]);
            }
        }

        return new TensorLayout(dimensions, strides);
    }

    private static bool IsProduct(long product, long x, long y) => x != 0 && product % x == 0 && product / x == y;
}
