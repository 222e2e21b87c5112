using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// Brings the token numbers in a configuration (<c>eos_token_id</c> and the like) from one vocabulary to another: a number becomes that of the
/// same token, or, where the output has no such token, the one that the model of the new tokenizer states.
/// </summary>
/// <param name="from">The tokenizer of the model whose configuration it is.</param>
/// <param name="to">The output's vocabulary.</param>
/// <param name="other">config.json of the model whose tokenizer the output has; null if there is none.</param>
internal sealed class SpecialTokenIds(ModelTokenizer from, OutputVocabulary to, JsonObject? other)
{
    private readonly ILookup<int, string> tokens = from.Ids.ToLookup(token => token.Value, token => token.Key);

    /// <summary>Changes a configuration and its parts; tells whether anything differs.</summary>
    public bool Apply(JsonObject config) => Apply(config, other);

    private bool Apply(JsonObject config, JsonObject? source)
    {
        var changed = false;
        foreach (var (key, node) in config.ToList())
        {
            if (node is JsonObject part && key.EndsWith("_config", StringComparison.Ordinal))
            {
                changed |= Apply(part, source?[key] as JsonObject ?? source);
            }
            else if ((key.EndsWith("_token_id", StringComparison.Ordinal) || key.EndsWith("_token_index", StringComparison.Ordinal)) && node is not null && Renumber(node, source?[key]) is { } number && !JsonNode.DeepEquals(number, node))
            {
                config[key] = number;
                changed = true;
            }
        }

        return changed;
    }

    private JsonNode Renumber(JsonNode node, JsonNode? stated) => node switch
    {
        JsonArray list when list.All(entry => Find(entry) is not null) => new JsonArray([.. list.Select(entry => (JsonNode)Find(entry)!.Value)]),
        JsonValue when Find(node) is { } id => id,
        _ => (stated ?? node).DeepClone(),
    };

    private int? Find(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<int>(out var id))
        {
            return null;
        }

        var token = tokens[id].FirstOrDefault(to.Ids.ContainsKey);
        return token is null ? null : to.Ids[token];
    }
}
