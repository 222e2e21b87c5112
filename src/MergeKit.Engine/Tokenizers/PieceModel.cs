using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>How a tokenizer divides words, and the pieces it knows.</summary>
/// <param name="Kind">The algorithm.</param>
/// <param name="Pieces">Numbers of the pieces; added tokens may be among them.</param>
internal sealed record PieceModel(TokenizerKind Kind, IReadOnlyDictionary<string, int> Pieces)
{
    /// <summary>Whether pieces are written in the alphabet that stands for bytes.</summary>
    public bool IsByteLevel { get; init; }

    /// <summary>What pieces inside words begin with, and pieces at the end of words end with.</summary>
    public (string Prefix, string Suffix) Affixes { get; init; } = ("", "");

    /// <summary>Of byte-pair encoding, the pairs in the order in which they are merged.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; init; } = [];

    /// <summary>Whether another tokenizer's pieces are texts of the same kind, made in the same way.</summary>
    public bool IsLike(PieceModel other) => Kind == other.Kind && IsByteLevel == other.IsByteLevel && Affixes == other.Affixes;

    /// <summary>The piece that a merge makes.</summary>
    public string Merged((string Left, string Right) pair) =>
        pair.Left + (Affixes.Prefix.Length > 0 && pair.Right.StartsWith(Affixes.Prefix, StringComparison.Ordinal) ? pair.Right[Affixes.Prefix.Length..] : pair.Right);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        TokenizerKind.Bpe => IsByteLevel ? "byte-level BPE" : "BPE on characters",
        _ => Kind.ToString(),
    };

    /// <summary>Whether part of a tokenizer's pipeline maps bytes to characters.</summary>
    public static bool HasByteLevel(JsonNode? part) => part switch
    {
        JsonObject fields => (fields["type"] as JsonValue)?.TryGetValue<string>(out var type) == true && type == "ByteLevel" || fields.Any(field => HasByteLevel(field.Value)),
        JsonArray list => list.Any(HasByteLevel),
        _ => false,
    };
}
