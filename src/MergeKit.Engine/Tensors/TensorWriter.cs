namespace MergeKit.Engine.Tensors;

/// <summary>Takes encoded bytes of an output tensor, in any order and from several threads.</summary>
/// <param name="offset">Bytes from the tensor's start.</param>
/// <param name="bytes">The bytes.</param>
internal delegate void TensorWriter(long offset, ReadOnlySpan<byte> bytes);
