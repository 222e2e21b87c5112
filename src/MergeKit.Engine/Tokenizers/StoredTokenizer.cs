using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>A folder that gives nothing but its tokenizer.</summary>
/// <param name="Reference">As the recipe has it.</param>
/// <param name="Folder">Full path.</param>
/// <param name="Config">Its config.json; null if it has none.</param>
internal sealed record StoredTokenizer(ModelReference Reference, string Folder, ModelConfig? Config) : IInputFolder
{
    public IEnumerable<string> Files => Config is null ? [] : [Config.Path];
}
