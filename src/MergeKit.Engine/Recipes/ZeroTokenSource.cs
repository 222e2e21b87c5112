namespace MergeKit.Engine.Recipes;

/// <summary>An embedding of zeros.</summary>
public sealed record ZeroTokenSource : TokenSource;
