namespace MergeKit.Engine.Tokenizers;

/// <summary>A model's tokenizer: which tokens it has and how they are numbered.</summary>
internal sealed class ModelTokenizer
{
    /// <summary>Puts a tokenizer together.</summary>
    /// <param name="files">Its files.</param>
    /// <param name="model">How it divides words.</param>
    /// <param name="added">Its added tokens in the order in which its files list them.</param>
    /// <param name="limit">Number of embedding rows that the model has.</param>
    public ModelTokenizer(TokenizerFiles files, PieceModel model, IEnumerable<AddedToken> added, long limit)
    {
        Files = files;
        Model = model;
        var listed = added.ToList();
        var all = listed.OrderBy(token => token.Id).ToList();
        IsListedInOrder = listed.SequenceEqual(all);
        Added = all.FindAll(token => token.Id < limit);
        var ids = new Dictionary<string, int>(model.Pieces, StringComparer.Ordinal);
        foreach (var token in all)
        {
            ids[token.Content] = token.Id;
        }

        AllIds = new Dictionary<string, int>(ids, StringComparer.Ordinal);

        Unused = ids.Where(pair => pair.Value >= limit).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var token in Unused)
        {
            ids.Remove(token);
        }

        Ids = ids;
    }

    /// <summary>Its files.</summary>
    public TokenizerFiles Files { get; }

    /// <summary>How it divides words.</summary>
    public PieceModel Model { get; }

    /// <summary>The added tokens in order of their numbers.</summary>
    public IReadOnlyList<AddedToken> Added { get; }

    /// <summary>Whether the files list the added tokens in order of their numbers.</summary>
    public bool IsListedInOrder { get; }

    /// <summary>Numbers of all tokens, with embedding rows or without.</summary>
    public IReadOnlyDictionary<string, int> AllIds { get; }

    /// <summary>Numbers of all tokens, pieces and added ones, for which the model has embedding rows.</summary>
    public IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>Tokens for which the model has no embedding rows; merges do without them.</summary>
    public IReadOnlySet<string> Unused { get; }
}
