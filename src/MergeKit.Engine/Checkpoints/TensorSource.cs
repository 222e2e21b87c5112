using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>
/// A named tensor whose elements can be read piece by piece, in row-major order: bytes of a file, or a view computed from them.
/// Safe to read from several threads at once.
/// </summary>
public abstract class TensorSource(string name, DType dtype, TensorShape shape)
{
    /// <summary>The tensor's name in its checkpoint.</summary>
    public string Name { get; } = name;

    /// <summary>Type of the elements that <see cref="Read"/> delivers.</summary>
    public DType DType { get; } = dtype;

    /// <summary>
    /// The type of the tensor as its model has it, which merges take for the output unless a recipe says otherwise; <see cref="DType"/> is wider
    /// where elements are computed and not rounded to it yet.
    /// </summary>
    public virtual DType NominalDType => DType;

    /// <summary>Dimensions.</summary>
    public TensorShape Shape { get; } = shape;

    /// <summary>Size of all elements in bytes.</summary>
    public long ByteLength => Shape.ElementCount * DType.Size();

    /// <summary>Reads elements, little-endian, from the element with flat index <paramref name="start"/> until <paramref name="destination"/> is full.</summary>
    /// <param name="start">Flat index of the first element.</param>
    /// <param name="destination">A whole number of elements, inside the tensor.</param>
    public abstract void Read(long start, Span<byte> destination);

    /// <summary>Whether reading takes so much arithmetic that it is worth being divided among threads.</summary>
    internal virtual bool IsComputed => false;

    /// <summary>
    /// A text that depends on dtype, shape and elements (or all that determines them, if they are still to be computed) alone, not on names,
    /// files or formats: tensors that share it are equal.
    /// </summary>
    /// <param name="digests">Digests of what is stored.</param>
    internal abstract string ContentId(IContentDigests digests);
}
