namespace MergeKit.Engine.Recipes;

/// <summary>The embedding that one model has for some token; exactly one of <paramref name="Token"/> and <paramref name="TokenId"/> is not null.</summary>
/// <param name="Model">The model.</param>
/// <param name="Token">The token's text.</param>
/// <param name="TokenId">The token's number in that model, not negative.</param>
public sealed record ModelTokenSource(Located<ModelReference> Model, Located<string>? Token, Located<int>? TokenId) : TokenSource;
