using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor to be written: everything a header says about it but its place.</summary>
/// <param name="Name">Name in the checkpoint.</param>
/// <param name="DType">Type of the stored elements.</param>
/// <param name="Shape">Dimensions.</param>
public sealed record TensorDeclaration(string Name, DType DType, TensorShape Shape)
{
    /// <summary>Size of all elements in bytes.</summary>
    /// <exception cref="OverflowException">The size does not fit into 63 bits.</exception>
    public long ByteLength => checked(Shape.ElementCount * DType.Size());
}
