namespace MergeKit.Engine.Recipes;

/// <summary>The embedding that one model has for the same token.</summary>
/// <param name="Model">The model.</param>
public sealed record SameTokenSource(Located<ModelReference> Model) : TokenSource;
