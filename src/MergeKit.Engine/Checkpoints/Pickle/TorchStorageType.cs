namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>A class of storages, for example <c>torch.HalfStorage</c>.</summary>
/// <param name="Type">Type of the elements that it counts.</param>
internal sealed record TorchStorageType(TorchType Type);
