using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Reads tokenizers from tokenizer.json, or else from the files that older versions of the libraries wrote.</summary>
internal sealed class TokenizerParser
{
    /// <summary>No vocabulary is near this; larger numbers would only make the output huge.</summary>
    private const int MaximumId = 1 << 24;

    private readonly TokenizerFiles files;
    private readonly OrderedDictionary<string, AddedToken> added = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> owners = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    private TokenizerParser(TokenizerFiles files) => this.files = files;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="files">The model's files.</param>
    /// <param name="limit">Number of embedding rows that the model has.</param>
    /// <returns>Null if the model has no tokenizer.</returns>
    /// <exception cref="MergeException">It is malformed, or of a kind that is not understood.</exception>
    public static ModelTokenizer? Read(TokenizerFiles files, long limit)
    {
        var parser = new TokenizerParser(files);
        var model = parser.ReadTokenizerJson() ?? parser.ReadVocabularyJson() ?? parser.ReadWordList();
        if (model is not null)
        {
            parser.AddDeclaredElsewhere();
            return new ModelTokenizer(files, model, parser.added.Values, limit);
        }

        return files.All.FirstOrDefault(file => CompanionNames.IsVocabulary(file.Name))?.Name is { } binary
            ? throw new MergeException(DiagnosticCode.TokenizerNotReadable, null, files.Owner, files.PathOf(binary))
            : null;
    }

    private PieceModel? ReadTokenizerJson()
    {
        if (files.ReadObject(TokenizerFiles.Tokenizer) is not { } json)
        {
            return null;
        }

        const string Name = TokenizerFiles.Tokenizer;
        var fields = json["model"] as JsonObject ?? throw Invalid(Name, "it has no object 'model'");
        if (TokenizerShape.FindProblem(json) is { } problem)
        {
            throw Invalid(Name, problem);
        }

        var kind = KindOf(fields);
        var pieces = fields["vocab"] switch
        {
            JsonObject vocabulary when kind != TokenizerKind.Unigram => Pieces(Name, vocabulary),
            JsonArray list when kind == TokenizerKind.Unigram => UnigramPieces(list),
            _ => throw Invalid(Name, "its model's 'vocab' is missing or not what the model's type needs"),
        };
        foreach (var node in json["added_tokens"] as JsonArray ?? [])
        {
            var token = ReadAdded(node as JsonObject, (node as JsonObject)?["id"]) ?? throw Invalid(Name, "an entry of 'added_tokens' has no content, or no number from 0");
            if (pieces.TryGetValue(token.Content, out var id) && id != token.Id)
            {
                throw Invalid(Name, $"the token '{Shown(token.Content)}' has two numbers, {id} and {token.Id}");
            }

            Claim(Name, token.Content, token.Id);
            added[token.Content] = token;
        }

        RequireFewGaps(Name, pieces);
        return new PieceModel(kind, pieces)
        {
            IsByteLevel = PieceModel.HasByteLevel(json["pre_tokenizer"]) || PieceModel.HasByteLevel(json["decoder"]),
            Affixes = (Text(fields["continuing_subword_prefix"]) ?? "", Text(fields["end_of_word_suffix"]) ?? ""),
            Merges = kind == TokenizerKind.Bpe ? Merges(Name, MergeList.Of(fields["merges"]), "'merges' are missing, or an entry is no pair of texts of the form of the first") : [],
        };
    }

    private PieceModel? ReadVocabularyJson()
    {
        if (files.ReadObject(TokenizerFiles.Vocabulary) is not { } json || !files.Has(TokenizerFiles.Merges))
        {
            return null;
        }

        var pieces = Pieces(TokenizerFiles.Vocabulary, json);
        RequireFewGaps(TokenizerFiles.Vocabulary, pieces);
        return new PieceModel(TokenizerKind.Bpe, pieces)
        {
            IsByteLevel = true,
            Merges = Merges(TokenizerFiles.Merges, MergeList.Of(files.ReadText(TokenizerFiles.Merges)!), "a line is no pair of texts"),
        };
    }

    private PieceModel? ReadWordList()
    {
        if (files.ReadText(TokenizerFiles.WordList) is not { } text)
        {
            return null;
        }

        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n').Split('\n');
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < Math.Min(lines.Length, MaximumId); id++)
        {
            pieces[lines[id]] = id;
        }

        ClaimAll(TokenizerFiles.WordList, pieces);
        return new PieceModel(TokenizerKind.WordPiece, pieces) { Affixes = ("##", "") };
    }

    private IReadOnlyList<(string Left, string Right)> Merges(string file, IReadOnlyList<(string Left, string Right)>? merges, string otherwise) =>
        merges is null ? throw Invalid(file, otherwise)
        : merges.Count > MergeList.Maximum ? throw Invalid(file, $"it has more than {MergeList.Maximum} merges")
        : merges;

    private TokenizerKind KindOf(JsonObject model)
    {
        var type = Text(model["type"]) ?? (model.ContainsKey("merges") ? "BPE" : model["vocab"] is JsonArray ? "Unigram" : "WordPiece");
        return type switch
        {
            "BPE" => TokenizerKind.Bpe,
            "WordPiece" => TokenizerKind.WordPiece,
            "Unigram" => TokenizerKind.Unigram,
            "WordLevel" => TokenizerKind.WordLevel,
            _ => throw Invalid(TokenizerFiles.Tokenizer, $"its model is of an unknown type, '{Shown(type)}'"),
        };
    }

    private Dictionary<string, int> Pieces(string file, JsonObject vocabulary)
    {
        var pieces = new Dictionary<string, int>(vocabulary.Count, StringComparer.Ordinal);
        foreach (var (piece, value) in vocabulary)
        {
            if (!TryId(value, out var id))
            {
                throw Invalid(file, $"the piece '{Shown(piece)}' has no number from 0 to {MaximumId - 1}");
            }

            pieces.Add(piece, id);
        }

        ClaimAll(file, pieces);
        return pieces;
    }

    private Dictionary<string, int> UnigramPieces(JsonArray list)
    {
        var pieces = new Dictionary<string, int>(list.Count, StringComparer.Ordinal);
        for (var id = 0; id < list.Count; id++)
        {
            var piece = list[id] is JsonArray { Count: 2 } entry && entry[1]?.GetValueKind() == JsonValueKind.Number ? Text(entry[0]) : null;

            // Of equal pieces the last has the text, as in the library.
            pieces[piece ?? throw Invalid(TokenizerFiles.Tokenizer, $"entry {id} of its model's 'vocab' is no text with a score")] = id;
        }

        ClaimAll(TokenizerFiles.Tokenizer, pieces);
        return pieces;
    }

    /// <summary>Tokens that only the files of older versions state; what tokenizer.json says goes before them.</summary>
    private void AddDeclaredElsewhere()
    {
        var decoder = files.ReadObject(TokenizerFiles.Config)?["added_tokens_decoder"] switch
        {
            null => [],
            JsonObject tokensById => tokensById,
            _ => throw Invalid(TokenizerFiles.Config, "its 'added_tokens_decoder' is no object"),
        };
        var listed = files.ReadObject(TokenizerFiles.AddedTokens) ?? [];
        var tokens = decoder.Select(entry => ReadAdded(entry.Value as JsonObject, JsonValue.Create(int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : -1)))
            .Concat(listed.Select(entry => TryId(entry.Value, out var id) ? AddedToken.Plain(entry.Key, id) : null));
        foreach (var token in tokens.OfType<AddedToken>().Where(token => !added.ContainsKey(token.Content)))
        {
            var owner = owners.GetValueOrDefault(token.Id);
            if (owner == token.Content || (owner is null && known.Add(token.Content) && token.Id <= 2 * owners.Count + 1024))
            {
                owners[token.Id] = token.Content;
                added.Add(token.Content, token);
            }
        }
    }

    private static AddedToken? ReadAdded(JsonObject? fields, JsonNode? number)
    {
        if (fields is null || Text(fields["content"]) is not { Length: > 0 } content || !TryId(number, out var id))
        {
            return null;
        }

        var special = Flag(fields, "special", false);
        return new AddedToken(content, id, special, Flag(fields, "normalized", !special))
        {
            IsSingleWord = Flag(fields, "single_word", false),
            StripsLeft = Flag(fields, "lstrip", false),
            StripsRight = Flag(fields, "rstrip", false),
        };
    }

    private void ClaimAll(string file, Dictionary<string, int> pieces)
    {
        foreach (var (piece, id) in pieces)
        {
            Claim(file, piece, id);
        }
    }

    private void Claim(string file, string token, int id)
    {
        known.Add(token);
        if (!owners.TryAdd(id, token) && owners[id] != token)
        {
            throw Invalid(file, $"the tokens '{Shown(owners[id])}' and '{Shown(token)}' have one number, {id}");
        }
    }

    /// <summary>The output has a row for every number up to the largest, so that must not be far beyond what the tokens need.</summary>
    private void RequireFewGaps(string file, Dictionary<string, int> pieces)
    {
        var largest = owners.Keys.DefaultIfEmpty(0).Max();
        if (largest > 2 * (long)owners.Count + 1024)
        {
            throw Invalid(file, $"the largest number is {largest}, but there are only {owners.Count} tokens");
        }

        if (pieces.Count == 0)
        {
            throw Invalid(file, "its vocabulary is empty");
        }
    }

    private MergeException Invalid(string file, string what) => new(DiagnosticCode.TokenizerInvalid, null, files.PathOf(file), what);

    private static bool TryId(JsonNode? node, out int id)
    {
        id = -1;
        return node is JsonValue value && value.TryGetValue(out id) && id is >= 0 and < MaximumId;
    }

    private static bool Flag(JsonObject fields, string name, bool otherwise) => fields[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : otherwise;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Shown(string? text) => text is null ? null : DisplayText.Of(text, DisplayText.Short);
}
