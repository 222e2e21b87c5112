using System.Globalization;

namespace MergeKit.Engine.Numerics;

/// <summary>The dimensions of a tensor, outermost first, as in <c>[rows, columns]</c>. A scalar has none.</summary>
public sealed class TensorShape : IEquatable<TensorShape>
{
    private readonly long[] dimensions;

    /// <summary>Creates a shape; the product of the dimensions must fit into 63 bits.</summary>
    /// <exception cref="OverflowException">The product does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    public TensorShape(params ReadOnlySpan<long> dimensions)
    {
        this.dimensions = dimensions.ToArray();
        long product = 1;
        foreach (var dimension in dimensions)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension);
            product = checked(product * dimension);
        }

        ElementCount = product;
    }

    /// <summary>Number of dimensions; 0 for a scalar.</summary>
    public int Rank => dimensions.Length;

    /// <summary>Product of the dimensions; 1 for a scalar.</summary>
    public long ElementCount { get; }

    /// <summary>Length of the last axis; a 1-D tensor is one row, a scalar a row of one.</summary>
    public long RowLength => Rank == 0 ? 1 : dimensions[^1];

    /// <summary>Number of rows along the last axis.</summary>
    public long RowCount => RowLength == 0 ? 0 : ElementCount / RowLength;

    /// <summary>The length of one axis.</summary>
    public long this[int axis] => dimensions[axis];

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<long> AsSpan() => dimensions;

    /// <inheritdoc/>
    public bool Equals(TensorShape? other) => other is not null && dimensions.AsSpan().SequenceEqual(other.dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var dimension in dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        "[" + string.Join(", ", dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture))) + "]";
}
