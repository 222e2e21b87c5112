using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
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

    /// <summary>What was left out of tokenizer.json because it needs tokens that the output lacks.</summary>
    public IReadOnlyList<string> LeftOut { get; private set; } = [];

    /// <summary>The tokenizer's files; those of the origin where nothing differs.</summary>
    /// <exception cref="MergeException">A file cannot say what it would have to.</exception>
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
                return vocabulary.ChangesPieces && CompanionNames.IsVocabulary(file.Name) ? null : file;
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
                var merges = Merges();
                var asTexts = model["merges"] is JsonArray { Count: > 0 } former && former[0] is JsonValue && !merges.Exists(HasBlank);
                model["merges"] = new JsonArray([.. merges.Select(pair => asTexts ? (JsonNode)$"{pair.Left} {pair.Right}" : new JsonArray(pair.Left, pair.Right))]);
            }
        }

        LeftOut = new TokenReferences(vocabulary).Renumber(json);
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
        Text(new JsonObject(vocabulary.Added.Where(token => !vocabulary.Pieces.Contains(token.Content)).Select(token => KeyValuePair.Create(token.Content, (JsonNode?)token.Id))));

    private string WritePieces(string name) => name switch
    {
        TokenizerFiles.Vocabulary => Text(Pieces()),
        TokenizerFiles.Merges when Merges().Exists(HasBlank) =>
            throw new MergeException(DiagnosticCode.TokenizerInvalid, null, files.PathOf(name), "merges of pieces with blanks, which another model has, cannot be written into such a file"),
        TokenizerFiles.Merges => Merges().Aggregate(new StringBuilder("#version: 0.2\n"), (text, pair) => text.Append(CultureInfo.InvariantCulture, $"{pair.Left} {pair.Right}\n")).ToString(),
        _ => string.Concat(vocabulary.Origin.Model.Pieces.OrderBy(piece => piece.Value).Where(piece => vocabulary.Pieces.Contains(piece.Key)).Select(piece => piece.Key + "\n")),
    };

    private JsonObject Pieces()
    {
        IEnumerable<string> names = vocabulary.Pieces;
        if (vocabulary.NumbersAddedTokens)
        {
            names = names.Concat(vocabulary.Added.Select(token => token.Content)).Distinct(StringComparer.Ordinal);
        }

        return new JsonObject(names.OrderBy(name => vocabulary.Ids[name]).Select(name => KeyValuePair.Create(name, (JsonNode?)vocabulary.Ids[name])));
    }

    private List<(string Left, string Right)> Merges()
    {
        var model = vocabulary.Origin.Model;
        var pieces = vocabulary.Origin.Unused.Count > 0 ? Pieces().Select(piece => piece.Key).ToHashSet(StringComparer.Ordinal) : null;
        return [.. model.Merges.Where(pair => pieces is null || (pieces.Contains(pair.Left) && pieces.Contains(pair.Right) && pieces.Contains(model.Merged(pair)))), .. vocabulary.NewMerges];
    }

    private static bool HasBlank((string Left, string Right) pair) => pair.Left.Contains(' ', StringComparison.Ordinal) || pair.Right.Contains(' ', StringComparison.Ordinal);

    /// <summary>Takes away special tokens without embeddings, which a loader would otherwise add again, beyond the last row.</summary>
    private JsonObject WithoutUnused(JsonObject json)
    {
        var hadTokens = json.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, node) in json.Where(entry => entry.Key.EndsWith("_token", StringComparison.Ordinal) || entry.Key.EndsWith("_special_tokens", StringComparison.Ordinal)).ToList())
        {
            if (node is JsonArray list)
            {
                json[key] = new JsonArray([.. list.Where(entry => !IsLacking(entry)).Select(entry => entry?.DeepClone())]);
            }
            else if (IsLacking(node))
            {
                json.Remove(key);
            }
            else if (node is JsonObject named && key.EndsWith("_special_tokens", StringComparison.Ordinal))
            {
                json[key] = new JsonObject(named.Where(entry => !IsLacking(entry.Value)).Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())));
            }
        }

        // Loaders refuse to put a token around texts that is none.
        foreach (var (flag, token) in new[] { ("add_bos_token", "bos_token"), ("add_eos_token", "eos_token") })
        {
            if (json.ContainsKey(flag) && hadTokens.Contains(token) && !json.ContainsKey(token))
            {
                json[flag] = false;
            }
        }

        return json;
    }

    private bool IsLacking(JsonNode? token) => (token is JsonObject fields ? fields["content"] : token) is JsonValue value && value.TryGetValue<string>(out var text) && vocabulary.Lacks(text);

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
