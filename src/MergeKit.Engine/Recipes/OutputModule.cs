namespace MergeKit.Engine.Recipes;

/// <summary>One module of the output; exactly one of <paramref name="Models"/> and <paramref name="Slices"/> is not null.</summary>
/// <param name="Name">The module's name, as the architecture calls it.</param>
/// <param name="Models">Whole models to merge; not empty when not null.</param>
/// <param name="Slices">The module's layers as a stack of slices; not empty when not null.</param>
/// <param name="Parameters">Parameters for this module.</param>
public sealed record OutputModule(
    Located<string> Name,
    IReadOnlyList<InputModel>? Models,
    IReadOnlyList<OutputSlice>? Slices,
    ParameterMap Parameters);
