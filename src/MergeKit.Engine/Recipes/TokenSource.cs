namespace MergeKit.Engine.Recipes;

/// <summary>Where the embedding of a token comes from.</summary>
public abstract record TokenSource;
