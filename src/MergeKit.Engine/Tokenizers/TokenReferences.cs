using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tokenizers;

/// <summary>What a tokenizer.json says about single tokens beside its lists of them: the post-processor, padding, and the token for unknown pieces.</summary>
/// <param name="vocabulary">The vocabulary that is written.</param>
internal sealed class TokenReferences(OutputVocabulary vocabulary)
{
    private readonly TokenNumbers numbers = new(vocabulary.Origin, vocabulary, vocabulary.Count);
    private readonly List<string> leftOut = [];

    /// <summary>Gives tokens their new numbers, and leaves out what needs tokens that the vocabulary lacks.</summary>
    /// <returns>What was left out, for messages.</returns>
    /// <exception cref="MergeException">The tokenizer cannot do without such a token.</exception>
    public IReadOnlyList<string> Renumber(JsonObject tokenizer)
    {
        if (vocabulary.Origin.Unused.Count == 0)
        {
            return [];
        }

        if (tokenizer["post_processor"] is JsonObject processor && !new PostProcessor(numbers, leftOut).Renumber(processor))
        {
            tokenizer["post_processor"] = null;
        }

        if (tokenizer["padding"] is JsonObject padding && Find(padding["pad_id"]) is var pad)
        {
            padding["pad_id"] = pad;
            if (pad is null)
            {
                tokenizer["padding"] = null;
                leftOut.Add("padding");
            }
        }

        RenumberUnknown((JsonObject)tokenizer["model"]!);
        return leftOut;
    }

    private void RenumberUnknown(JsonObject model)
    {
        if (model["unk_id"] is { } number && Find(number) is var id)
        {
            model["unk_id"] = id;
            if (id is null)
            {
                throw Needed($"number {number}");
            }
        }

        if (model["unk_token"] is JsonValue text && text.TryGetValue<string>(out var token) && vocabulary.Lacks(token))
        {
            if (vocabulary.Origin.Model.Kind != TokenizerKind.Bpe)
            {
                throw Needed($"'{DisplayText.Of(token, DisplayText.Short)}'");
            }

            model["unk_token"] = null;
            leftOut.Add($"'{DisplayText.Of(token, DisplayText.Short)}' for unknown pieces");
        }
    }

    private int? Find(JsonNode? number) => number is JsonValue value && value.TryGetValue<int>(out var id) ? numbers.Find(id) : null;

    private MergeException Needed(string token) => new(
        DiagnosticCode.TokenizerInvalid, null, vocabulary.Origin.Files.PathOf(TokenizerFiles.Tokenizer), $"the model has no embedding for its token for unknown pieces ({token}), without which a tokenizer of this kind cannot be used");
}
