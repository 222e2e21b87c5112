using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>The models of a recipe, each opened once.</summary>
internal sealed class ModelSet : IDisposable
{
    private readonly OrderedDictionary<ModelReference, LoadedModel> models = [];

    private ModelSet()
    {
    }

    /// <summary>The base model, or else the first in the recipe: names, configuration and tokenizer of the output are its.</summary>
    public LoadedModel Primary { get; private set; } = null!;

    /// <summary>All models in the order of the recipe, the base first.</summary>
    public IReadOnlyCollection<LoadedModel> All => models.Values;

    public LoadedModel this[ModelReference reference] => models[reference];

    /// <summary>Opens every model that the recipe names; reports all that cannot be opened.</summary>
    public static ModelSet Open(Recipe recipe, ModelResolver resolver, DiagnosticBag diagnostics)
    {
        var set = new ModelSet();
        try
        {
            foreach (var (reference, position) in References(recipe).DistinctBy(located => located.Value))
            {
                set.Add(reference, position, resolver, diagnostics);
            }

            diagnostics.ThrowIfErrors();
            set.Primary = set.models.Values.First();
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Every model reference of a recipe, the base first, then in order.</summary>
    public static IEnumerable<Located<ModelReference>> References(Recipe recipe)
    {
        var slices = (recipe.Slices ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Slices ?? []));
        var models = (recipe.Models ?? []).Concat((recipe.Modules ?? []).SelectMany(module => module.Models ?? []));
        return new[] { recipe.BaseModel }.OfType<Located<ModelReference>>()
            .Concat(models.Select(model => model.Model))
            .Concat(slices.SelectMany(slice => new[] { slice.BaseModel }.OfType<Located<ModelReference>>().Concat(slice.Sources.Select(source => source.Model))));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var model in models.Values)
        {
            model.Checkpoint.Dispose();
        }
    }

    private void Add(ModelReference reference, SourcePosition position, ModelResolver resolver, DiagnosticBag diagnostics)
    {
        if (reference.Adapter is not null)
        {
            diagnostics.Error(DiagnosticCode.AdapterNotSupported, position, reference);
            return;
        }

        try
        {
            var folder = ModelFolder.Open(resolver.Resolve(reference.Path, position));
            if (reference.Revision is { } revision)
            {
                diagnostics.Warning(DiagnosticCode.RevisionIgnored, position, reference, folder.Path, revision);
            }

            var checkpoint = Checkpoint.Open(folder.Path);
            var index = TensorIndex.Create(checkpoint, folder.Config, models.Values.FirstOrDefault()?.Index);
            models.Add(reference, new LoadedModel(reference, folder, checkpoint, index));
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d));
        }
    }
}
