using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>Checks a recipe against its method before any model is opened: the method's name, its parameters' names, the number of models.</summary>
internal sealed class RecipeValidator(Recipe recipe, DiagnosticBag diagnostics)
{
    /// <summary>Finds the method and reports everything in the recipe that contradicts it.</summary>
    public static MergeMethod Validate(Recipe recipe, DiagnosticBag diagnostics)
    {
        var (name, position) = recipe.MergeMethod;
        if (!MergeMethod.All.TryGetValue(name, out var method))
        {
            throw diagnostics.Fatal(DiagnosticCode.UnknownMethod, position, name, SuggestionOrAll(name, MergeMethod.All.Keys));
        }

        new RecipeValidator(recipe, diagnostics).Check(method);
        return method;
    }

    private void Check(MergeMethod method)
    {
        if (method.BaseRole == BaseRole.Required && recipe.BaseModel is null && !AllSlicesHaveBase())
        {
            throw diagnostics.Fatal(DiagnosticCode.BaseModelRequired, recipe.MergeMethod.Position, method.Name);
        }

        CheckNames(recipe.Parameters, method, isPerModel: false);
        CheckForm(recipe.Models, recipe.Slices, method);
        foreach (var module in recipe.Modules ?? [])
        {
            CheckNames(module.Parameters, method, isPerModel: false);
            CheckForm(module.Models, module.Slices, method);
        }
    }

    private bool AllSlicesHaveBase() =>
        recipe.Models is null
        && (recipe.Modules ?? []).All(module => module.Models is null)
        && (recipe.Slices ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Slices ?? [])).All(slice => slice.BaseModel is not null);

    private void CheckForm(IReadOnlyList<InputModel>? models, IReadOnlyList<OutputSlice>? slices, MergeMethod method)
    {
        foreach (var model in models ?? [])
        {
            CheckNames(model.Parameters, method, isPerModel: true);
        }

        if (models is not null)
        {
            var references = models.Select(model => model.Model.Value).ToList();
            var origin = recipe.BaseModel?.Value;
            CheckCount(references, origin, isOriginAdded: origin is not null && !references.Contains(origin), method, recipe.MergeMethod.Position);
        }

        foreach (var slice in slices ?? [])
        {
            CheckSlice(slice, method);
        }
    }

    private void CheckSlice(OutputSlice slice, MergeMethod method)
    {
        CheckNames(slice.Parameters, method, isPerModel: false);
        foreach (var source in slice.Sources)
        {
            CheckNames(source.Parameters, method, isPerModel: true);
            if (source.LayerRange.Value.Count != slice.Sources[0].LayerRange.Value.Count)
            {
                diagnostics.Error(DiagnosticCode.SliceLengthsDiffer, source.LayerRange.Position, source.LayerRange.Value, source.LayerRange.Value.Count, slice.Sources[0].LayerRange.Value, slice.Sources[0].LayerRange.Value.Count);
            }
        }

        var references = slice.Sources.Select(source => source.Model.Value).ToList();
        var origin = slice.BaseModel ?? recipe.BaseModel;
        if (method.BaseRole == BaseRole.Required && origin is { } reference && !references.Contains(reference.Value))
        {
            diagnostics.Error(DiagnosticCode.BaseModelNotInSlice, slice.Position, reference.Value, method.Name);
        }

        CheckCount(references, origin?.Value, isOriginAdded: false, method, slice.Position);
    }

    private void CheckCount(List<ModelReference> references, ModelReference? origin, bool isOriginAdded, MergeMethod method, SourcePosition position)
    {
        var count = method.BaseRole == BaseRole.OrdinaryModel
            ? references.Count + (isOriginAdded ? 1 : 0)
            : references.Count(reference => reference != origin);
        if (count < method.MinimumModels || count > method.MaximumModels)
        {
            diagnostics.Error(DiagnosticCode.WrongModelCount, position, method.Name, method.ExpectedModels, count);
        }
    }

    private static string SuggestionOrAll(string name, IEnumerable<string> known) =>
        Suggestion.Sentence(name, known) is { Length: > 0 } sentence ? sentence : $" Known methods: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";

    private void CheckNames(ParameterMap parameters, MergeMethod method, bool isPerModel)
    {
        foreach (var (name, position) in parameters.All.Select(parameter => parameter.Name))
        {
            var known = method.Parameters.FirstOrDefault(parameter => parameter.Name == name);
            if (known is null && !MergeMethod.All.Values.Any(other => other.Parameters.Any(parameter => parameter.Name == name)))
            {
                var names = method.Parameters.Select(parameter => parameter.Name).ToList();
                diagnostics.Error(DiagnosticCode.UnknownParameter, position, name, method.Name, Suggestion.Sentence(name, names), string.Join(", ", names));
            }
            else if (known is null)
            {
                diagnostics.Warning(DiagnosticCode.ParameterNotUsed, position, name, $"{method.Name} does not have it. Remove it, or choose the method it is meant for");
            }
            else if (isPerModel && !known.PerModel)
            {
                diagnostics.Warning(DiagnosticCode.ParameterNotUsed, position, name, "it holds for the whole merge, not for one model: move it to the recipe's parameters");
            }
        }
    }
}
