namespace MergeKit.Engine.Recipes;

/// <summary>One parameter of a recipe.</summary>
/// <param name="Name">Its name as written; whether the method knows it is checked when the merge is planned.</param>
/// <param name="Setting">What it is set to.</param>
public sealed record Parameter(Located<string> Name, Setting Setting);
