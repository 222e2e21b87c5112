using MergeKit.Engine.Methods;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Brings the three recipe forms (models, slices, modules) into one: modules of slices.</summary>
internal static class ModuleAssembly
{
    public static IReadOnlyList<Module> Build(Recipe recipe, ModelSet models) =>
        recipe.Modules is { } modules
            ? [.. modules.Select(module => new Module(module.Name, Slices(recipe, module.Models, module.Slices, models), module.Parameters))]
            : [new Module(null, Slices(recipe, recipe.Models, recipe.Slices, models), ParameterMap.Empty)];

    private static Slice[] Slices(Recipe recipe, IReadOnlyList<InputModel>? inputs, IReadOnlyList<OutputSlice>? slices, ModelSet models) =>
        inputs is not null
            ? [WholeModel(recipe, inputs, models)]
            : [.. slices!.Select(slice => new Slice(
                [.. slice.Sources.Select(source => new SliceSource(models[source.Model.Value], source.LayerRange, source.Parameters, source.Model.Position))],
                (slice.BaseModel ?? recipe.BaseModel) is { } origin ? models[origin.Value] : null,
                slice.Parameters))];

    /// <summary>The base belongs to the models even if the recipe lists it nowhere.</summary>
    private static Slice WholeModel(Recipe recipe, IReadOnlyList<InputModel> inputs, ModelSet models)
    {
        var sources = inputs.Select(input => new SliceSource(models[input.Model.Value], null, input.Parameters, input.Model.Position)).ToList();
        var origin = recipe.BaseModel is { } reference ? models[reference.Value] : null;
        if (origin is not null && sources.All(source => source.Model != origin))
        {
            sources.Add(new SliceSource(origin, null, ParameterMap.Empty, recipe.BaseModel!.Value.Position));
        }

        return new Slice(sources, origin, ParameterMap.Empty);
    }

    /// <summary>Whether a source is the base in the sense of the method: present for reference, without parameters of its own.</summary>
    public static bool IsBase(this SliceSource source, Slice slice, MergeMethod method) =>
        method.BaseRole != BaseRole.OrdinaryModel && source.Model == slice.Base;
}
