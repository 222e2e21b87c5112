namespace MergeKit.Engine.Tokenizers;

/// <summary>The tokens of the merged model and their numbers: those of one tokenizer, and what was added to them.</summary>
internal sealed class OutputVocabulary
{
    private readonly Dictionary<string, int> ids;
    private readonly OrderedDictionary<string, AddedToken> added;
    private readonly HashSet<string> pieces;

    /// <summary>Starts with the tokens of one tokenizer.</summary>
    public OutputVocabulary(ModelTokenizer origin)
    {
        Origin = origin;
        ids = new(origin.Ids, StringComparer.Ordinal);
        pieces = origin.Model.Pieces.Keys.Where(piece => !origin.Unused.Contains(piece)).ToHashSet(StringComparer.Ordinal);
        added = new(origin.Added.Select(token => KeyValuePair.Create(token.Content, token)), StringComparer.Ordinal);
        Count = ids.Values.DefaultIfEmpty(-1).Max() + 1;
    }

    /// <summary>The tokenizer that it extends, whose tokens keep their numbers.</summary>
    public ModelTokenizer Origin { get; }

    /// <summary>The numbers of all tokens.</summary>
    public IReadOnlyDictionary<string, int> Ids => ids;

    /// <summary>One more than the largest number.</summary>
    public int Count { get; private set; }

    /// <summary>The added tokens in order of their numbers.</summary>
    public IReadOnlyList<AddedToken> Added => [.. added.Values.OrderBy(token => token.Id)];

    /// <summary>The pieces: the origin's that have embeddings, and new ones.</summary>
    public IReadOnlySet<string> Pieces => pieces;

    /// <summary>Whether there are pieces that the origin does not have.</summary>
    public bool HasNewPieces { get; private set; }

    /// <summary>What makes words of the new pieces; tried after the origin's.</summary>
    public IReadOnlyList<(string Left, string Right)> NewMerges { get; set; } = [];

    /// <summary>Whether pieces differ from the origin's.</summary>
    public bool ChangesPieces => HasNewPieces || Origin.Unused.Any(Origin.Model.Pieces.ContainsKey) || NumbersAddedTokens;

    /// <summary>Whether anything differs from the origin's files.</summary>
    public bool IsChanged => HasNewPieces || Origin.Unused.Count > 0 || !Added.SequenceEqual(Origin.Added) || NumbersAddedTokens || MovesAddedTokens;

    /// <summary>Whether added tokens have to stand among the pieces, because libraries would number them anew otherwise.</summary>
    public bool NumbersAddedTokens
    {
        get
        {
            // Libraries take numbers of added tokens from the pieces, or else count on: from the number of pieces, or the last added token.
            var last = -1;
            foreach (var token in Added)
            {
                if (!pieces.Contains(token.Content) && token.Id != Math.Max(pieces.Count, last + 1))
                {
                    return Origin.Model.Kind != TokenizerKind.Unigram;
                }

                last = token.Id;
            }

            return false;
        }
    }

    /// <summary>Whether libraries would number added tokens in the order of the origin's file, which is another.</summary>
    private bool MovesAddedTokens => !Origin.IsListedInOrder && Added.Any(token => !pieces.Contains(token.Content));

    /// <summary>Whether a token of the origin is none of the output's.</summary>
    public bool Lacks(string token) => Origin.Unused.Contains(token) && !ids.ContainsKey(token);

    /// <summary>Adds a piece with the next number.</summary>
    public void AddPiece(string piece)
    {
        ids.Add(piece, Count++);
        pieces.Add(piece);
        HasNewPieces = true;
    }

    /// <summary>Adds a token, or changes what is said about it; a known token keeps its number.</summary>
    public void Add(AddedToken token)
    {
        if (!ids.TryGetValue(token.Content, out var id))
        {
            ids.Add(token.Content, id = Count++);
        }

        added[token.Content] = token with { Id = id };
    }

    /// <summary>Whether a token is found before words are divided.</summary>
    public bool IsAdded(string token) => added.ContainsKey(token);
}
