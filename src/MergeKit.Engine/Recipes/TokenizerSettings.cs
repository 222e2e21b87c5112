namespace MergeKit.Engine.Recipes;

/// <summary>A recipe's <c>tokenizer</c> block.</summary>
/// <param name="Source">Whose vocabulary the output has.</param>
/// <param name="Tokens">Tokens whose embeddings are made in a way of their own; each token occurs once.</param>
/// <param name="PadToMultipleOf">The number of embedding rows is rounded up to a multiple of this; null for no padding, else from 1 to 65,536.</param>
public sealed record TokenizerSettings(
    Located<TokenizerSource> Source,
    IReadOnlyList<TokenSettings> Tokens,
    Located<int>? PadToMultipleOf);
