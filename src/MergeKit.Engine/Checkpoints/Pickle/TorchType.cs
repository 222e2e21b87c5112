using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>An element type of PyTorch.</summary>
/// <param name="Name">As PyTorch calls it, for example <c>bfloat16</c>.</param>
/// <param name="DType">The type; null where a merge knows no such type (complex, quantized).</param>
internal sealed record TorchType(string Name, DType? DType);
