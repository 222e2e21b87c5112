namespace MergeKit.Engine.Checkpoints;

/// <summary>A tensor with its place in a safetensors file that is to be written.</summary>
/// <param name="Tensor">Name, dtype and shape.</param>
/// <param name="FileOffset">Bytes from the start of the file to the first element.</param>
public readonly record struct PlacedTensor(TensorDeclaration Tensor, long FileOffset);
