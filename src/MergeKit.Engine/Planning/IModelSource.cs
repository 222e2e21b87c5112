using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>Where a merge takes a model from: a folder on disk, or a stage of the recipe that is still to be made.</summary>
internal interface IModelSource : IDisposable
{
    /// <summary>The configuration.</summary>
    ModelConfig Config { get; }

    /// <summary>The tensors by their own names (ordinal).</summary>
    IReadOnlyDictionary<string, TensorSource> Tensors { get; }

    /// <summary>The files beside weights and config.json that a loader looks for, which the model has or will have.</summary>
    IReadOnlyList<CompanionFile> CompanionFiles { get; }
}
