namespace MergeKit.Engine.Checkpoints;

/// <summary>Where everything goes in a safetensors file that is to be written.</summary>
/// <param name="Header">The first bytes of the file: the 8-byte length prefix and the padded JSON.</param>
/// <param name="Tensors">The tensors in the order of their offsets; they follow the header without gaps.</param>
/// <param name="FileSize">Size of the whole file in bytes.</param>
public sealed record SafetensorsLayout(ReadOnlyMemory<byte> Header, IReadOnlyList<PlacedTensor> Tensors, long FileSize);
