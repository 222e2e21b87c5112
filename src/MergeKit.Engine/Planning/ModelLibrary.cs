using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>All models of a recipe, each opened once however many documents name it: those on disk and, as they are planned, the stages.</summary>
internal sealed class ModelLibrary : IDisposable
{
    private readonly Dictionary<ModelReference, StoredModel> stored = [];
    private readonly Dictionary<string, StageModel> stages = new(StringComparer.Ordinal);

    private ModelLibrary()
    {
    }

    /// <summary>The model that a reference means.</summary>
    public IModelSource this[ModelReference reference] => stages.TryGetValue(reference.Path, out var stage) ? stage : stored[reference];

    /// <summary>Opens every model on disk that the documents name; reports all that cannot be opened.</summary>
    /// <exception cref="MergeException">There is a model that cannot be opened.</exception>
    public static ModelLibrary Open(StageOrder documents, ModelResolver resolver, DiagnosticBag diagnostics)
    {
        var library = new ModelLibrary();
        try
        {
            foreach (var (reference, position) in documents.All.SelectMany(ModelSet.References).DistinctBy(located => located.Value))
            {
                library.Open(reference, position, documents.IsStage(reference.Path), resolver, diagnostics);
            }

            diagnostics.ThrowIfErrors();
            return library;
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Makes a planned stage a model that later documents can use.</summary>
    public void Add(string name, MergePlan plan) => stages.Add(name, new StageModel(plan));

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        foreach (var model in stored.Values.Concat<IModelSource>(stages.Values))
        {
            model.Dispose();
        }
    }

    private void Open(ModelReference reference, SourcePosition position, bool isStage, ModelResolver resolver, DiagnosticBag diagnostics)
    {
        if (reference.Adapter is not null)
        {
            diagnostics.Error(DiagnosticCode.AdapterNotSupported, position, reference);
            return;
        }

        try
        {
            var location = isStage ? null : resolver.Locate(reference.Path, reference.Revision, HubContent.Model, position);
            if (reference.Revision is { } revision && location?.Commit is null)
            {
                diagnostics.Warning(DiagnosticCode.RevisionIgnored, position, reference, location is null ? "a stage" : $"the folder '{location.Folder}'", revision);
            }

            if (location is not null)
            {
                stored.Add(reference, StoredModel.Open(reference, location));
            }
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d));
        }
    }
}
