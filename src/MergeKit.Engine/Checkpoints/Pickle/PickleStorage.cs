namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>Bytes outside the pickle, to which tensors refer.</summary>
/// <param name="Type">Type of the elements.</param>
/// <param name="Key">Name in the container.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record PickleStorage(TorchType Type, string Key, long Count);
