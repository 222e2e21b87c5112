using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A folder on disk of which a merge reads files: of a model, an adapter, or a tokenizer.</summary>
internal interface IInputFolder
{
    /// <summary>As the recipe has it.</summary>
    ModelReference Reference { get; }

    /// <summary>Full path of the folder.</summary>
    string Folder { get; }

    /// <summary>The commit of a repository of the Hugging Face hub; null for other folders.</summary>
    string? Commit { get; }

    /// <summary>Full paths of the files that weights and configuration depend on, among them the one that says which commit a branch is.</summary>
    IEnumerable<string> Files { get; }
}
