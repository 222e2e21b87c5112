using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>The models of one document of a recipe, each once.</summary>
internal sealed class ModelSet
{
    private readonly OrderedDictionary<ModelReference, LoadedModel> models = [];

    /// <summary>Takes the models that a document names from those that are open.</summary>
    public ModelSet(Recipe recipe, ModelLibrary library)
    {
        foreach (var reference in References(recipe).Select(located => located.Value).Distinct())
        {
            var source = library[reference];
            var index = TensorIndex.Create(source, models.Values.FirstOrDefault()?.Index);
            models.Add(reference, new LoadedModel(reference, source, index));
        }

        Primary = models.Values.First();
    }

    /// <summary>The base model, or else the first in the recipe: names, configuration and tokenizer of the output are its.</summary>
    public LoadedModel Primary { get; }

    /// <summary>All models in the order of the recipe, the base first.</summary>
    public IReadOnlyCollection<LoadedModel> All => models.Values;

    public LoadedModel this[ModelReference reference] => models[reference];

    /// <summary>Every model reference of a document, the base first, then in order.</summary>
    public static IEnumerable<Located<ModelReference>> References(Recipe recipe)
    {
        var slices = (recipe.Slices ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Slices ?? []));
        var models = (recipe.Models ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Models ?? []));
        return new[] { recipe.BaseModel }.OfType<Located<ModelReference>>()
            .Concat(models.Select(model => model.Model))
            .Concat(slices.SelectMany(slice => new[] { slice.BaseModel }.OfType<Located<ModelReference>>().Concat(slice.Sources.Select(source => source.Model))));
    }
}
