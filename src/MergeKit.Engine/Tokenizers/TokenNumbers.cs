using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Brings numbers of tokens from one vocabulary to another: a number becomes that of the same token.</summary>
/// <param name="from">The tokenizer whose numbers are given.</param>
/// <param name="to">The output's vocabulary.</param>
/// <param name="rows">Number of rows of the output's embeddings.</param>
internal sealed class TokenNumbers(ModelTokenizer from, OutputVocabulary to, int rows)
{
    private readonly ILookup<int, string> tokens = from.AllIds.ToLookup(token => token.Value, token => token.Key);
    private readonly HashSet<int> taken = [.. to.Ids.Values];

    /// <summary>The number of the same token in the output; null if the output lacks it.</summary>
    public int? Find(int id)
    {
        if (tokens[id].FirstOrDefault(to.Ids.ContainsKey) is { } token)
        {
            return to.Ids[token];
        }

        // A number without a token means the same row as before, as long as it is one and no token got it; a negative one means none.
        var isKept = !tokens.Contains(id) && (id < 0 || (ReferenceEquals(from, to.Origin) && id < rows && !taken.Contains(id)));
        return isKept ? id : null;
    }

    /// <summary>
    /// Renumbers a setting: a number, a list of numbers (of which those of missing tokens go), or, for the settings of generation that have them, a
    /// list of sequences or of pairs of a place and a number (of which those with missing tokens go).
    /// </summary>
    /// <param name="key">Its key.</param>
    /// <param name="node">Its value.</param>
    /// <param name="missing">Receives the numbers of tokens that the output lacks.</param>
    /// <returns>Null if nothing remains.</returns>
    public JsonNode? Renumber(string key, JsonNode node, List<int> missing)
    {
        if (node is not JsonArray list)
        {
            return One(node, missing);
        }

        var kept = list.Select(entry => entry switch
        {
            JsonArray { Count: 2 } pair when key == "forced_decoder_ids" => One(pair[1], missing) is var forced && (forced is not null || pair[1] is null) ? new JsonArray(pair[0]?.DeepClone(), forced) : null,
            JsonArray sequence => Sequence(sequence, missing),
            _ => One(entry, missing),
        }).OfType<JsonNode>().ToArray();
        return kept.Length > 0 || list.Count == 0 ? new JsonArray(kept) : null;
    }

    /// <summary>How messages show a number.</summary>
    public string Describe(int id) => tokens[id].FirstOrDefault() is { } token ? $"{id} ('{DisplayText.Of(token, DisplayText.Short)}')" : $"{id}";

    private JsonArray? Sequence(JsonArray sequence, List<int> missing)
    {
        var count = missing.Count;
        var renumbered = sequence.Select(entry => One(entry, missing)).ToArray();
        return missing.Count == count ? new JsonArray(renumbered) : null;
    }

    private JsonNode? One(JsonNode? node, List<int> missing)
    {
        if (node is not JsonValue value || !value.TryGetValue<int>(out var id))
        {
            return node?.DeepClone();
        }

        if (Find(id) is { } number)
        {
            return number;
        }

        missing.Add(id);
        return null;
    }
}
