using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A part of the output model with slices of its own; a recipe without <c>modules</c> has one.</summary>
/// <param name="Name">Its name and place in the recipe; null for the only one.</param>
/// <param name="Slices">Its slices, in order of the output layers.</param>
/// <param name="Parameters">The module's own parameters.</param>
internal sealed record Module(Located<string>? Name, IReadOnlyList<Slice> Slices, ParameterMap Parameters);
