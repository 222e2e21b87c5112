using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Planning;

/// <summary>Where a merge takes a model from: a folder on disk, a stage of the recipe that is still to be made, or one of them with an adapter.</summary>
internal interface IModelSource : IDisposable
{
    /// <summary>The configuration.</summary>
    ModelConfig Config { get; }

    /// <summary>The tensors by their own names (ordinal).</summary>
    IReadOnlyDictionary<string, TensorSource> Tensors { get; }

    /// <summary>The folders of which the model is made; none for a stage.</summary>
    IReadOnlyList<IWeightsFolder> Folders { get; }

    /// <summary>The stage that has to be made before tensors can be read; null for none.</summary>
    MergePlan? Stage { get; }

    /// <summary>The files beside weights and config.json that a loader looks for, which the model has or will have.</summary>
    IReadOnlyList<CompanionFile> CompanionFiles { get; }

    /// <summary>The files that the model seems to need and that do not go with the output.</summary>
    IReadOnlyList<UncopiedFile> UncopiedFiles { get; }

    /// <summary>Makes sure that what has been read is what it held when it was opened.</summary>
    /// <exception cref="MergeException">A file was written to since.</exception>
    void RequireUnchanged();
}
