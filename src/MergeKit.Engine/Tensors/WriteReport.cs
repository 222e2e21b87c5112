using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Tensors;

/// <summary>What was seen of a tensor's data while it was written.</summary>
/// <param name="IsFinite">Whether all elements are finite numbers in the dtype that was written.</param>
/// <param name="NonFiniteInputs">The input tensors that have elements which are not, in the order in which they are read.</param>
internal sealed record WriteReport(bool IsFinite, IReadOnlyList<TensorSource> NonFiniteInputs);
