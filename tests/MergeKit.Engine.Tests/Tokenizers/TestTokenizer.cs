using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>A tokenizer.json in the making; tokens are numbered in the order in which they are added.</summary>
internal sealed class TestTokenizer
{
    private readonly JsonObject pieces = [];
    private readonly JsonArray merges = [];
    private readonly JsonArray added = [];
    private int count;

    /// <summary>The kind of its model, and whether it works on bytes.</summary>
    public string Type { get; init; } = "BPE";

    public bool IsByteLevel { get; init; } = true;

    /// <summary>Whether merges are texts with a blank, as older versions wrote them.</summary>
    public bool HasMergesAsTexts { get; init; }

    public JsonObject Json
    {
        get
        {
            var level = IsByteLevel ? (JsonNode)new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true } : null;
            var model = new JsonObject { ["type"] = Type, ["vocab"] = Vocabulary() };
            if (Type == "BPE")
            {
                model["dropout"] = null;
                model["unk_token"] = null;
                model["continuing_subword_prefix"] = null;
                model["end_of_word_suffix"] = null;
                model["fuse_unk"] = false;
                model["byte_fallback"] = false;
                model["merges"] = merges.DeepClone();
            }

            return new JsonObject
            {
                ["version"] = "1.0",
                ["truncation"] = null,
                ["padding"] = null,
                ["added_tokens"] = added.DeepClone(),
                ["normalizer"] = null,
                ["pre_tokenizer"] = level?.DeepClone(),
                ["post_processor"] = null,
                ["decoder"] = level?.DeepClone(),
                ["model"] = model,
            };
        }
    }

    /// <summary>A tokenizer of bytes that knows the given single letters.</summary>
    public static TestTokenizer Letters(string letters, bool mergesAsTexts = false) =>
        letters.Aggregate(new TestTokenizer { HasMergesAsTexts = mergesAsTexts }, (tokenizer, letter) => tokenizer.Piece(letter.ToString()));

    public TestTokenizer Piece(string piece)
    {
        pieces.Add(piece, count++);
        return this;
    }

    /// <summary>Adds a piece and the merge that makes it.</summary>
    public TestTokenizer Merge(string left, string right)
    {
        merges.Add(HasMergesAsTexts ? $"{left} {right}" : (JsonNode)new JsonArray(left, right));
        return Piece(left + right);
    }

    /// <summary>Adds a token that is found before words are divided.</summary>
    public TestTokenizer Added(string token, bool special = true)
    {
        added.Add(new JsonObject { ["id"] = count++, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = special });
        return this;
    }

    private JsonNode Vocabulary() => Type == "Unigram" ? new JsonArray([.. pieces.Select(piece => (JsonNode)new JsonArray(piece.Key, -1.5))]) : pieces.DeepClone();
}
