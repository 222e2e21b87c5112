using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>The models of one document of a recipe, each once.</summary>
internal sealed class ModelSet
{
    private readonly OrderedDictionary<ModelReference, LoadedModel> models = [];

    private readonly Dictionary<ModelReference, SourcePosition> positions = [];

    /// <summary>Takes the models that a document names from those that are open.</summary>
    public ModelSet(Recipe recipe, ModelLibrary library)
    {
        foreach (var (reference, position) in References(recipe).DistinctBy(located => located.Value))
        {
            positions.Add(reference, position);
            var source = library[reference];
            var index = models.Count == 0 ? TensorIndex.Create(source) : TensorIndex.Create(source, models.Values.First().Index, ModulesWith(recipe, reference));
            models.Add(reference, new LoadedModel(reference, source, index));
        }

        Primary = models.Values.First();
    }

    /// <summary>The base model, or else the first in the recipe: names, configuration and tokenizer of the output are its.</summary>
    public LoadedModel Primary { get; }

    /// <summary>All models in the order of the recipe, the base first.</summary>
    public IReadOnlyCollection<LoadedModel> All => models.Values;

    public LoadedModel this[ModelReference reference] => models[reference];

    /// <summary>Whether the document merges a model of this reference.</summary>
    public bool Contains(ModelReference reference) => models.ContainsKey(reference);

    /// <summary>Where the document first names a model.</summary>
    public SourcePosition PositionOf(LoadedModel model) => positions[model.Reference];

    /// <summary>The model whose tokenizer alone a document wants; empty if it is one of its models, or none is named.</summary>
    public static IEnumerable<Located<ModelReference>> TokenizerReferences(Recipe recipe)
    {
        if ((recipe.TokenizerSource ?? recipe.Tokenizer?.Source) is { Value.Model: { } reference } source && References(recipe).All(located => located.Value != reference))
        {
            yield return new Located<ModelReference>(reference, source.Position);
        }
    }

    /// <summary>Every model reference of a document, the base first, then in order.</summary>
    public static IEnumerable<Located<ModelReference>> References(Recipe recipe)
    {
        if (recipe.BaseModel is { } origin)
        {
            yield return origin;
        }

        foreach (var model in (recipe.Models ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Models ?? [])))
        {
            yield return model.Model;
        }

        foreach (var slice in (recipe.Slices ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Slices ?? [])))
        {
            if (slice.BaseModel is { } ofSlice)
            {
                yield return ofSlice;
            }

            foreach (var source in slice.Sources)
            {
                yield return source.Model;
            }
        }
    }

    private static HashSet<string> ModulesWith(Recipe recipe, ModelReference reference) =>
    [
        .. (recipe.Modules ?? [])
            .Where(module => (module.Models ?? []).Select(model => model.Model)
                .Concat((module.Slices ?? []).SelectMany(slice => slice.Sources.Select(source => source.Model)))
                .Any(model => model.Value == reference))
            .Select(module => module.Name.Value),
    ];
}
