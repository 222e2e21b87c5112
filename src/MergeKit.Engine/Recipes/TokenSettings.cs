namespace MergeKit.Engine.Recipes;

/// <summary>How the embedding of one token is made.</summary>
/// <param name="Token">The token's text.</param>
/// <param name="Source">Where the embedding comes from; null for the usual rules.</param>
/// <param name="Force">Whether models that have the token take the embedding of <paramref name="Source"/> too.</param>
public sealed record TokenSettings(Located<string> Token, Located<TokenSource>? Source, bool Force);
