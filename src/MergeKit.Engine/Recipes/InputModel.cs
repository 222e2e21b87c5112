namespace MergeKit.Engine.Recipes;

/// <summary>A model that is merged as a whole.</summary>
/// <param name="Model">The model.</param>
/// <param name="Parameters">Parameters for this model.</param>
public sealed record InputModel(Located<ModelReference> Model, ParameterMap Parameters);
