using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>A value of a recipe together with the place where it is written.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value.</param>
/// <param name="Position">Where the value starts.</param>
public readonly record struct Located<T>(T Value, SourcePosition Position);
