using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>A folder that gives nothing but its tokenizer.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Config">Its config.json; null if it has none.</param>
internal sealed record StoredTokenizer(ModelReference Reference, ModelLocation Location, ModelConfig? Config) : IInputFolder
{
    public string Folder => Location.Folder;

    public string? Commit => Location.Commit;

    public IEnumerable<string> Files => Config is null ? Location.Files : Location.Files.Append(Config.Path);
}
