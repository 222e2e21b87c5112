using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>Consecutive layers of the output, merged from layers of its sources.</summary>
/// <param name="Sources">Where the layers come from; not empty.</param>
/// <param name="BaseModel">The base model of this slice; null for the recipe's.</param>
/// <param name="Parameters">Parameters for this slice.</param>
/// <param name="Position">Where the slice is written.</param>
public sealed record OutputSlice(
    IReadOnlyList<InputSlice> Sources,
    Located<ModelReference>? BaseModel,
    ParameterMap Parameters,
    SourcePosition Position);
