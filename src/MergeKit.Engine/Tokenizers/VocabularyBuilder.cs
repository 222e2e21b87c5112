using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Makes the output's vocabulary from those of the models.</summary>
internal static class VocabularyBuilder
{
    /// <summary>
    /// All tokens of all tokenizers: the first one's with their numbers, then the other pieces, then the other added tokens, both in the order
    /// in which they are first met. Of a token that several add, the first one's settings hold.
    /// </summary>
    /// <param name="tokenizers">The tokenizers, the base model's first.</param>
    /// <param name="position">Where the recipe asks for it.</param>
    /// <exception cref="MergeException">There are pieces to add, and the tokenizers divide words in different ways.</exception>
    public static OutputVocabulary Union(IReadOnlyList<ModelTokenizer> tokenizers, SourcePosition position)
    {
        var union = new OutputVocabulary(tokenizers[0]);
        var added = new OrderedDictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var token in tokenizers.SelectMany(tokenizer => tokenizer.Added))
        {
            added.TryAdd(token.Content, token);
        }

        foreach (var tokenizer in tokenizers.Skip(1))
        {
            AddPieces(union, tokenizer, added, position);
        }

        foreach (var token in added.Values)
        {
            union.Add(token);
        }

        if (union.HasNewPieces)
        {
            union.NewMerges = NewMerges(union, tokenizers);
        }

        return union;
    }

    /// <summary>Gives the tokens of the recipe's block numbers where they have none, and the settings that a text alone has where they are no pieces.</summary>
    public static void AddTokens(OutputVocabulary vocabulary, IEnumerable<TokenSettings> tokens)
    {
        foreach (var token in tokens.Select(token => token.Token.Value).Where(token => vocabulary.IsAdded(token) || !vocabulary.Ids.ContainsKey(token)))
        {
            vocabulary.Add(AddedToken.Plain(token, id: 0));
        }
    }

    private static void AddPieces(OutputVocabulary union, ModelTokenizer tokenizer, OrderedDictionary<string, AddedToken> added, SourcePosition position)
    {
        var pieces = tokenizer.Ids.Where(token => !union.Ids.ContainsKey(token.Key) && !added.ContainsKey(token.Key)).OrderBy(token => token.Value).ToList();
        if (pieces.Count == 0)
        {
            return;
        }

        var origin = union.Origin;
        if (origin.Model.Kind != TokenizerKind.Bpe || !tokenizer.Model.IsLike(origin.Model))
        {
            throw new MergeException(
                DiagnosticCode.TokenizersNotUnitable, position, tokenizer.Files.Owner, tokenizer.Model, pieces.Count, DisplayText.Of(pieces[0].Key, DisplayText.Short), origin.Files.Owner, origin.Model);
        }

        foreach (var (piece, _) in pieces)
        {
            union.AddPiece(piece);
        }
    }

    /// <summary>The other tokenizers' merges that the first does not have, of pieces that the output has.</summary>
    private static List<(string Left, string Right)> NewMerges(OutputVocabulary union, IReadOnlyList<ModelTokenizer> tokenizers)
    {
        var known = union.Origin.Model.Merges.ToHashSet();
        var pieces = union.Pieces;
        return tokenizers.Skip(1).Where(tokenizer => tokenizer.Model.IsLike(union.Origin.Model))
            .SelectMany(tokenizer => tokenizer.Model.Merges)
            .Where(pair => pieces.Contains(pair.Left) && pieces.Contains(pair.Right) && pieces.Contains(union.Origin.Model.Merged(pair)) && known.Add(pair))
            .ToList();
    }
}
