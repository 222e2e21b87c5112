using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>One model's part in a slice.</summary>
/// <param name="Model">The model.</param>
/// <param name="Range">Its layers and where the recipe says so; null for all layers.</param>
/// <param name="Parameters">The parameters of this source.</param>
/// <param name="Position">Where the recipe names the model.</param>
internal sealed record SliceSource(LoadedModel Model, Located<LayerRange>? Range, ParameterMap Parameters, SourcePosition Position);
