using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Models;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Tokenizers;

/// <summary>
/// Writes the files of a vocabulary: the origin's, with everything changed that speaks of tokens, so that every library that reads some of
/// them numbers tokens alike. Files that cannot follow are left out.
/// </summary>
/// <param name="vocabulary">The vocabulary.</param>
internal sealed class TokenizerWriter(OutputVocabulary vocabulary)
{
    private readonly TokenizerFiles files = vocabulary.Origin.Files;

    /// <summary>The tokenizer's files; those of the origin where nothing differs.</summary>
    public IReadOnlyList<CompanionFile> Write() => vocabulary.IsChanged ? [.. files.All.Select(Write).Concat(Added()).OfType<CompanionFile>()] : files.All;

    private CompanionFile? Write(CompanionFile file)
    {
        switch (file.Name)
        {
            case TokenizerFiles.Tokenizer:
                return CompanionFile.Written(file.Name, WriteTokenizer());
            case TokenizerFiles.Config:
                return CompanionFile.Written(file.Name, WriteConfig());
            case TokenizerFiles.AddedTokens:
                return CompanionFile.Written(file.Name, WriteAddedTokens());
            case TokenizerFiles.SpecialTokens when vocabulary.Origin.Unused.Count > 0:
                return CompanionFile.Written(file.Name, Text(WithoutUnused(files.ReadObject(file.Name)!)));
            case TokenizerFiles.Vocabulary or TokenizerFiles.Merges or TokenizerFiles.WordList when vocabulary.ChangesPieces:
                return files.Has(TokenizerFiles.Tokenizer) ? null : CompanionFile.Written(file.Name, WritePieces(file.Name));
            default:
                return vocabulary.ChangesPieces && CompanionFiles.IsVocabulary(file.Name) ? null : file;
        }
    }

    /// <summary>Without tokenizer.json, added tokens stand in files of their own, which the origin need not have.</summary>
    private IEnumerable<CompanionFile> Added() =>
        files.Has(TokenizerFiles.Tokenizer) || files.Has(TokenizerFiles.AddedTokens) ? [] : [CompanionFile.Written(TokenizerFiles.AddedTokens, WriteAddedTokens())];

    private string WriteTokenizer()
    {
        var json = files.ReadObject(TokenizerFiles.Tokenizer)!;
        json["added_tokens"] = new JsonArray([.. vocabulary.Added.Select(token => Describe(token, withId: true))]);
        if (vocabulary.ChangesPieces)
        {
            var model = (JsonObject)json["model"]!;
            if (model["vocab"] is JsonArray list)
            {
                // Numbers are places in the list, so that those without embeddings are its end.
                var kept = vocabulary.Origin.Model.Pieces.Where(piece => vocabulary.Origin.Unused.Contains(piece.Key)).Min(piece => piece.Value);
                model["vocab"] = new JsonArray([.. list.Take(kept).Select(entry => entry!.DeepClone())]);
            }
            else
            {
                model["vocab"] = Pieces();
            }

            if (vocabulary.Origin.Model.Kind == TokenizerKind.Bpe)
            {
                var asTexts = model["merges"] is JsonArray { Count: > 0 } merges && merges[0] is JsonValue;
                model["merges"] = new JsonArray([.. Merges().Select(pair => asTexts ? (JsonNode)$"{pair.Left} {pair.Right}" : new JsonArray(pair.Left, pair.Right))]);
            }
        }

        return Text(json);
    }

    private string WriteConfig()
    {
        var json = WithoutUnused(files.ReadObject(TokenizerFiles.Config)!);
        json["added_tokens_decoder"] = new JsonObject(vocabulary.Added.Select(token =>
            KeyValuePair.Create(token.Id.ToString(CultureInfo.InvariantCulture), (JsonNode?)Describe(token, withId: false))));
        return Text(json);
    }

    private string WriteAddedTokens() =>
        Text(new JsonObject(vocabulary.Added.Where(token => !vocabulary.Origin.Model.Pieces.ContainsKey(token.Content)).Select(token => KeyValuePair.Create(token.Content, (JsonNode?)token.Id))));

    private string WritePieces(string name) => name switch
    {
        TokenizerFiles.Vocabulary => Text(Pieces()),
        TokenizerFiles.Merges => Merges().Aggregate(new StringBuilder("#version: 0.2\n"), (text, pair) => text.Append(CultureInfo.InvariantCulture, $"{pair.Left} {pair.Right}\n")).ToString(),
        _ => string.Concat(vocabulary.Origin.Model.Pieces.OrderBy(piece => piece.Value).Where(piece => !vocabulary.Origin.Unused.Contains(piece.Key)).Select(piece => piece.Key + "\n")),
    };

    private JsonObject Pieces()
    {
        var names = vocabulary.Origin.Model.Pieces.Keys.Where(piece => !vocabulary.Origin.Unused.Contains(piece)).Concat(vocabulary.NewPieces);
        if (vocabulary.NumbersAddedTokens)
        {
            names = names.Concat(vocabulary.Added.Select(token => token.Content)).Distinct(StringComparer.Ordinal);
        }

        return new JsonObject(names.OrderBy(name => vocabulary.Ids[name]).Select(name => KeyValuePair.Create(name, (JsonNode?)vocabulary.Ids[name])));
    }

    private IEnumerable<(string Left, string Right)> Merges()
    {
        var (model, unused) = (vocabulary.Origin.Model, vocabulary.Origin.Unused);
        return model.Merges.Value.Where(pair => !unused.Contains(pair.Left) && !unused.Contains(pair.Right) && !unused.Contains(model.Merged(pair))).Concat(vocabulary.NewMerges);
    }

    /// <summary>Takes away special tokens without embeddings, which a loader would otherwise add again, beyond the last row.</summary>
    private JsonObject WithoutUnused(JsonObject json)
    {
        foreach (var (key, node) in json.Where(entry => entry.Key.EndsWith("_token", StringComparison.Ordinal) || entry.Key.EndsWith("_special_tokens", StringComparison.Ordinal)).ToList())
        {
            if (node is JsonArray list)
            {
                json[key] = new JsonArray([.. list.Where(entry => !IsUnused(entry)).Select(entry => entry?.DeepClone())]);
            }
            else if (IsUnused(node))
            {
                json.Remove(key);
            }
        }

        return json;
    }

    private bool IsUnused(JsonNode? token) => (token is JsonObject fields ? fields["content"] : token) is JsonValue value && value.TryGetValue<string>(out var text) && vocabulary.Origin.Unused.Contains(text);

    private static JsonObject Describe(AddedToken token, bool withId)
    {
        var fields = new JsonObject
        {
            ["content"] = token.Content,
            ["single_word"] = token.IsSingleWord,
            ["lstrip"] = token.StripsLeft,
            ["rstrip"] = token.StripsRight,
            ["normalized"] = token.IsNormalized,
            ["special"] = token.IsSpecial,
        };
        if (withId)
        {
            fields.Insert(0, "id", token.Id);
        }

        return fields;
    }

    private static string Text(JsonObject json) => PythonNumbers.Unquote(JsonText.Write(json));
}
