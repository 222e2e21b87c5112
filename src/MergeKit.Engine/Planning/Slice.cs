using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A run of output layers and what it is made of; the <c>models</c> form is one slice over all layers.</summary>
/// <param name="Sources">The models, in recipe order.</param>
/// <param name="Base">The base model for this slice, if the recipe names one.</param>
/// <param name="Parameters">The slice's own parameters.</param>
internal sealed record Slice(IReadOnlyList<SliceSource> Sources, LoadedModel? Base, ParameterMap Parameters);
