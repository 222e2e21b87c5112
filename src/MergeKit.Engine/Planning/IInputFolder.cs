using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A folder with weights that a merge reads: a model, or an adapter.</summary>
internal interface IInputFolder
{
    /// <summary>As the recipe has it.</summary>
    ModelReference Reference { get; }

    /// <summary>Full path of the folder.</summary>
    string Folder { get; }

    /// <summary>The files with the tensors.</summary>
    IReadOnlyList<WeightsFile> WeightFiles { get; }

    /// <summary>Full paths of the files that weights and configuration depend on.</summary>
    IEnumerable<string> Files { get; }

    /// <summary>Full path of the card, which need not exist.</summary>
    string CardPath { get; }

    /// <summary>The licence that the card states; null where it states none.</summary>
    string? License { get; }
}
