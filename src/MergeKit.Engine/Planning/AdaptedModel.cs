using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>A model with an adapter: its changed tensors are computed while they are read, all others are the model's own.</summary>
/// <param name="model">The model, which its owner closes.</param>
/// <param name="adapter">The adapter, which its owner closes.</param>
/// <param name="config">The model's configuration with what the adapter changes.</param>
/// <param name="tensors">The tensors with what the adapter changes.</param>
internal sealed class AdaptedModel(IModelSource model, StoredAdapter adapter, ModelConfig config, IReadOnlyDictionary<string, TensorSource> tensors) : IModelSource
{
    public ModelConfig Config { get; } = config;

    public IReadOnlyDictionary<string, TensorSource> Tensors { get; } = tensors;

    public IReadOnlyList<IWeightsFolder> Folders => [.. model.Folders, adapter];

    /// <summary>Whether the adapter has embeddings of more tokens than the model.</summary>
    public bool AddsTokens => model.Tensors.Any(tensor => TensorNames.IsTokenEmbedding(tensor.Key) && tensor.Value.Shape.Rank == 2 && Tensors[tensor.Key].Shape[0] > tensor.Value.Shape[0]);

    public MergePlan? Stage => model.Stage;

    public IReadOnlyList<CompanionFile> CompanionFiles => model.CompanionFiles;

    public IReadOnlyList<UncopiedFile> UncopiedFiles => model.UncopiedFiles;

    public void RequireUnchanged()
    {
        model.RequireUnchanged();
        adapter.RequireUnchanged();
    }

    public void Dispose()
    {
    }
}
