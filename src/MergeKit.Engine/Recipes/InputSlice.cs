namespace MergeKit.Engine.Recipes;

/// <summary>Consecutive layers of one model that go into an <see cref="OutputSlice"/>.</summary>
/// <param name="Model">The model.</param>
/// <param name="LayerRange">Its layers.</param>
/// <param name="Parameters">Parameters for this model in this slice.</param>
public sealed record InputSlice(Located<ModelReference> Model, Located<LayerRange> LayerRange, ParameterMap Parameters);
