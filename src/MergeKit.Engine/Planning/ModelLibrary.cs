using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;
using MergeKit.Engine.Tokenizers;

namespace MergeKit.Engine.Planning;

/// <summary>All models of a recipe, each opened once however many documents name it: those on disk and, as they are planned, the stages.</summary>
internal sealed class ModelLibrary : IDisposable
{
    private readonly Dictionary<ModelReference, StoredModel> stored = [];
    private readonly Dictionary<ModelReference, TokenizerFolder> tokenizers = [];
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

            foreach (var (reference, position) in documents.All.Select(ModelSet.TokenizerReference).OfType<Located<ModelReference>>().DistinctBy(located => located.Value).Where(located => !documents.IsStage(located.Value.Path)))
            {
                library.OpenTokenizer(reference, position, resolver, diagnostics);
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

    /// <summary>The tokenizer of a model that is not merged itself: a folder, or a stage.</summary>
    public TokenizerFolder TokenizerOf(ModelReference reference) =>
        stages.TryGetValue(reference.Path, out var stage) ? new TokenizerFolder(reference, stage.Config, stage.CompanionFiles) : tokenizers[reference];

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
            var folder = isStage ? null : resolver.Resolve(reference.Path, position);
            if (reference.Revision is { } revision)
            {
                diagnostics.Warning(DiagnosticCode.RevisionIgnored, position, reference, folder is null ? "a stage" : $"the folder '{folder}'", revision);
            }

            if (folder is not null)
            {
                stored.Add(reference, StoredModel.Open(reference, folder));
            }
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d));
        }
    }

    private void OpenTokenizer(ModelReference reference, SourcePosition position, ModelResolver resolver, DiagnosticBag diagnostics)
    {
        try
        {
            tokenizers.Add(reference, TokenizerFolder.Open(new ModelOrigin(reference, resolver.Resolve(reference.Path, position))));
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d));
        }
    }
}
