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
    IReadOnlyList<IInputFolder> Folders { get; }

    /// <summary>The stage that has to be made before tensors can be read; null for none.</summary>
    MergePlan? Stage { get; }

    /// <summary>Full paths of the files beside weights and config.json that the model has, or will have copies of.</summary>
    /// <param name="withTokenizer">Whether those of the tokenizer are among them.</param>
    IReadOnlyList<string> CompanionFiles(bool withTokenizer);

    /// <summary>Makes sure that what has been read is what it held when it was opened.</summary>
    /// <exception cref="MergeException">A file was written to since.</exception>
    void RequireUnchanged();
}
