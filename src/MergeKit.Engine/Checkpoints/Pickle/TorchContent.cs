namespace MergeKit.Engine.Checkpoints.Pickle;

/// <summary>What a file of <c>torch.save</c> holds.</summary>
/// <param name="Root">What was saved.</param>
/// <param name="Storages">Where the storages are, by key.</param>
internal sealed record TorchContent(object? Root, IReadOnlyDictionary<string, StoragePlace> Storages);
