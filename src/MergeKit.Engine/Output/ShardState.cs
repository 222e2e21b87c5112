namespace MergeKit.Engine.Output;

/// <summary>A file with weights.</summary>
/// <param name="Fingerprint">Hash of everything its bytes depend on.</param>
/// <param name="Tensors">Its tensors.</param>
internal sealed record ShardState(string Fingerprint, IReadOnlyList<TensorState> Tensors);
