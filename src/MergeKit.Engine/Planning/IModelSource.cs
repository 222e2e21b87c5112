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

    /// <summary>Full paths of the files beside weights and config.json that the model has, or will have copies of.</summary>
    /// <param name="withTokenizer">Whether those of the tokenizer are among them.</param>
    IReadOnlyList<string> CompanionFiles(bool withTokenizer);
}
