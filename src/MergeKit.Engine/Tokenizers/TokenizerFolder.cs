using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>A folder, or a stage, that a recipe names for its tokenizer alone. A folder need not hold a model.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Config">Its config.json; null if it has none.</param>
/// <param name="Files">Its tokenizer's files; others may be among them.</param>
internal sealed record TokenizerFolder(ModelReference Reference, ModelConfig? Config, IReadOnlyList<CompanionFile> Files)
{
    /// <summary>Where it is on disk; null for a stage.</summary>
    public StoredTokenizer? Stored { get; private init; }

    /// <summary>Looks into a folder.</summary>
    /// <exception cref="MergeException">Its config.json is malformed.</exception>
    public static TokenizerFolder Open(ModelReference reference, ModelLocation location)
    {
        var path = Path.Combine(location.Folder, "config.json");
        var config = File.Exists(path) ? ModelConfig.Read(path) : null;
        return new TokenizerFolder(reference, config, CompanionFiles.FindTokenizer(location.Folder)) { Stored = new StoredTokenizer(reference, location, config) };
    }
}
