using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// Brings the token numbers in a configuration (<c>eos_token_id</c> and the like) to the output's vocabulary: a number becomes that of the
/// same token, or, where the output has no such token, the one that the model of the new tokenizer states, or else null.
/// </summary>
internal sealed class SpecialTokenIds
{
    private static readonly string[] Lists = ["suppress_tokens", "begin_suppress_tokens", "bad_words_ids", "forced_decoder_ids"];

    private readonly TokenNumbers own;
    private readonly TokenNumbers others;
    private readonly JsonObject? other;
    private readonly Action<string, string, string> report;

    /// <summary>Prepares the change.</summary>
    /// <param name="from">The tokenizer of the model whose configuration it is.</param>
    /// <param name="to">The output's vocabulary.</param>
    /// <param name="rows">Number of rows of the output's embeddings.</param>
    /// <param name="other">config.json of the model whose tokenizer the output has; null if there is none, or it is the same model.</param>
    /// <param name="report">Receives file, key and description of the numbers that were left out because the output has no such tokens.</param>
    public SpecialTokenIds(ModelTokenizer from, OutputVocabulary to, int rows, JsonObject? other, Action<string, string, string> report)
    {
        own = new TokenNumbers(from, to, rows);
        others = new TokenNumbers(to.Origin, to, rows);
        (this.other, this.report) = (other, report);
    }

    /// <summary>Changes a configuration and its parts; tells whether anything differs.</summary>
    /// <param name="file">What messages call the file.</param>
    /// <param name="config">What it holds.</param>
    public bool Apply(string file, JsonObject config) => Apply(file, config, other);

    private bool Apply(string file, JsonObject config, JsonObject? source)
    {
        var changed = false;
        foreach (var (key, node) in config.ToList())
        {
            if (node is JsonObject part && key.EndsWith("_config", StringComparison.Ordinal))
            {
                changed |= Apply(file, part, source?[key] as JsonObject ?? source);
            }
            else if (node is not null && HasTokens(key) && Renumber(file, key, node, source) is var number && !JsonNode.DeepEquals(number, node))
            {
                config[key] = number;
                changed = true;
            }
        }

        return changed;
    }

    private static bool HasTokens(string key) =>
        key.EndsWith("_token_id", StringComparison.Ordinal) || key.EndsWith("_token_index", StringComparison.Ordinal) || Lists.Contains(key);

    private JsonNode? Renumber(string file, string key, JsonNode node, JsonObject? source)
    {
        var missing = new List<int>();
        var (numbers, result) = (own, own.Renumber(key, node, missing));
        if (result is null && source is not null && source.TryGetPropertyValue(key, out var stated))
        {
            missing.Clear();
            (numbers, result) = (others, stated is null ? null : others.Renumber(key, stated, missing));
        }

        if (missing.Count > 0)
        {
            report(file, key, string.Join(", ", missing.Take(3).Select(numbers.Describe)) + (missing.Count > 3 ? ", ..." : ""));
        }

        return result;
    }
}
