using System.Text.Json;
using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Checks the types of the values in a tokenizer.json: libraries refuse the whole file for one that is wrong, so it must not go into a model.</summary>
internal static class TokenizerShape
{
    private static readonly JsonValueKind[] Flag = [JsonValueKind.True, JsonValueKind.False];
    private static readonly JsonValueKind[] Part = [JsonValueKind.Object, JsonValueKind.Null];
    private static readonly JsonValueKind[] Text = [JsonValueKind.String];
    private static readonly JsonValueKind[] OptionalText = [JsonValueKind.String, JsonValueKind.Null];
    private static readonly JsonValueKind[] OptionalNumber = [JsonValueKind.Number, JsonValueKind.Null];
    private static readonly JsonValueKind[] OptionalFlag = [.. Flag, JsonValueKind.Null];

    private static readonly (string Key, JsonValueKind[] Kinds)[] Fields =
    [
        ("added_tokens", [JsonValueKind.Array]),
        ("normalizer", Part), ("pre_tokenizer", Part), ("post_processor", Part), ("decoder", Part), ("padding", Part), ("truncation", Part),
    ];

    private static readonly (string Key, JsonValueKind[] Kinds)[] ModelFields =
    [
        ("type", Text), ("merges", [JsonValueKind.Array]), ("unk_token", OptionalText), ("unk_id", OptionalNumber), ("dropout", OptionalNumber),
        ("continuing_subword_prefix", OptionalText), ("end_of_word_suffix", OptionalText), ("max_input_chars_per_word", OptionalNumber),
        ("fuse_unk", OptionalFlag), ("byte_fallback", OptionalFlag), ("ignore_merges", OptionalFlag),
    ];

    private static readonly (string Key, JsonValueKind[] Kinds)[] AddedFields =
    [
        ("single_word", Flag), ("lstrip", Flag), ("rstrip", Flag), ("normalized", Flag), ("special", Flag),
    ];

    /// <summary>Says which value is of a wrong type; null if none is. Pieces, merges, and contents and numbers of tokens are not looked at.</summary>
    public static string? FindProblem(JsonObject tokenizer)
    {
        foreach (var key in new[] { "normalizer", "pre_tokenizer", "post_processor", "decoder" })
        {
            if (tokenizer[key] is JsonObject part && part["type"]?.GetValueKind() != JsonValueKind.String)
            {
                return $"its '{key}' has no 'type'";
            }
        }

        return Find(tokenizer, Fields, "its")
            ?? (tokenizer["model"] is JsonObject model ? Find(model, ModelFields, "its model's") : null)
            ?? (tokenizer["added_tokens"] as JsonArray)?.OfType<JsonObject>().Select(token => Find(token, AddedFields, "an added token's")).FirstOrDefault(problem => problem is not null)
            ?? InProcessor(tokenizer["post_processor"] as JsonObject)
            ?? (tokenizer["padding"] is JsonObject padding && padding["pad_id"]?.GetValueKind() != JsonValueKind.Number ? "its 'padding' has no number 'pad_id'" : null);
    }

    private static string? Find(JsonObject fields, (string Key, JsonValueKind[] Kinds)[] expected, string owner)
    {
        foreach (var (key, kinds) in expected)
        {
            if (fields.TryGetPropertyValue(key, out var value) && !kinds.Contains(value?.GetValueKind() ?? JsonValueKind.Null))
            {
                return $"{owner} '{key}' is not of the right type";
            }
        }

        return null;
    }

    private static string? InProcessor(JsonObject? part) => PostProcessor.TypeOf(part) switch
    {
        PostProcessor.Sequence => part!["processors"] is JsonArray parts && parts.All(inner => inner is JsonObject)
            ? parts.Select(inner => InProcessor((JsonObject)inner!)).FirstOrDefault(problem => problem is not null)
            : "the 'processors' of its 'post_processor' are no list of objects",
        PostProcessor.Template => part!["special_tokens"] is JsonObject tokens && tokens.All(token => IsSpecialToken(token.Value)) && IsTemplate(part["single"]) && IsTemplate(part["pair"])
            ? null
            : "the template of its 'post_processor' is malformed",
        PostProcessor.Bert or PostProcessor.Roberta => IsTokenWithNumber(part!["cls"]) && IsTokenWithNumber(part["sep"])
            ? null
            : "'cls' or 'sep' of its 'post_processor' is no text with a number",
        _ => null,
    };

    private static bool IsSpecialToken(JsonNode? node) => node is JsonObject token && token["ids"] is JsonArray ids && ids.All(IsNumber);

    private static bool IsTemplate(JsonNode? node) => node is JsonArray list && list.All(piece => piece is JsonObject);

    private static bool IsTokenWithNumber(JsonNode? node) => node is JsonArray { Count: 2 } pair && pair[0]?.GetValueKind() == JsonValueKind.String && IsNumber(pair[1]);

    private static bool IsNumber(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out _);
}
