using MergeKit.Engine.Adapters;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Recipes;
using MergeKit.Engine.Tokenizers;

namespace MergeKit.Engine.Planning;

/// <summary>
/// All models and adapters of a recipe, each opened once however many documents name it: those on disk and, as they are planned, the stages.
/// </summary>
internal sealed class ModelLibrary : IDisposable
{
    private readonly Dictionary<ModelReference, StoredModel> stored = [];
    private readonly Dictionary<AdapterReference, StoredAdapter> adapters = [];
    private readonly Dictionary<ModelReference, AdaptedModel> adapted = [];
    private readonly Dictionary<ModelReference, TokenizerFolder> tokenizers = [];
    private readonly Dictionary<string, StageModel> stages = new(StringComparer.Ordinal);
    private readonly List<Located<ModelReference>> adaptedStages = [];
    private readonly FactorCache factors = new();
    private readonly DType? adapterDType;
    private readonly InputStamps stamps;
    private readonly DiagnosticBag diagnostics;

    private ModelLibrary(DType? adapterDType, InputStamps stamps, DiagnosticBag diagnostics) =>
        (this.adapterDType, this.stamps, this.diagnostics) = (adapterDType, stamps, diagnostics);

    /// <summary>The model that a reference means.</summary>
    public IModelSource this[ModelReference reference] =>
        reference.Adapter is not null ? adapted[reference]
        : stages.TryGetValue(reference.Path, out var stage) ? stage
        : stored[reference];

    /// <summary>Opens every model and adapter on disk that the documents name; reports all that cannot be opened.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="resolver">Finds folders.</param>
    /// <param name="adapterDType">The type to which models with adapters are rounded; null for none.</param>
    /// <param name="stamps">Receives what the folders are like before they are read.</param>
    /// <param name="diagnostics">Receives what is wrong, also with stages that are added.</param>
    /// <exception cref="MergeException">There is a model that cannot be opened.</exception>
    public static ModelLibrary Open(StageOrder documents, ModelResolver resolver, DType? adapterDType, InputStamps stamps, DiagnosticBag diagnostics)
    {
        var library = new ModelLibrary(adapterDType, stamps, diagnostics);
        try
        {
            foreach (var located in documents.All.SelectMany(ModelSet.References).DistinctBy(located => located.Value))
            {
                library.Try(located.Position, () => library.Open(located, documents.IsStage(located.Value.Path), resolver));
            }

            foreach (var located in documents.All.SelectMany(ModelSet.TokenizerReferences).DistinctBy(located => located.Value))
            {
                if (!documents.IsStage(located.Value.Path))
                {
                    library.Try(located.Position, () => library.OpenTokenizer(located, resolver));
                }
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
    /// <exception cref="MergeException">An adapter does not fit the stage.</exception>
    public void Add(string name, MergePlan plan)
    {
        stages.Add(name, new StageModel(plan));
        foreach (var located in adaptedStages.Where(located => located.Value.Path == name))
        {
            Try(located.Position, () => Adapt(located.Value, stages[name]));
        }

        diagnostics.ThrowIfErrors();
    }

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        factors.Clear();
        foreach (var opened in stored.Values.Concat<IDisposable>(adapters.Values).Concat(stages.Values))
        {
            opened.Dispose();
        }
    }

    private void Open(Located<ModelReference> located, bool isStage, ModelResolver resolver)
    {
        var origin = located.Value with { Adapter = null };
        if (isStage)
        {
            WarnOfRevision(origin, "a stage", located.Position);
        }
        else if (!stored.ContainsKey(origin))
        {
            stored.Add(origin, StoredModel.Open(origin, Locate(origin, HubContent.Model, resolver, located.Position)));
        }

        if (located.Value.Adapter is { } adapter)
        {
            OpenAdapter(adapter, resolver, located.Position);
            if (isStage)
            {
                adaptedStages.Add(located);
            }
            else
            {
                Adapt(located.Value, stored[origin]);
            }
        }
    }

    private void OpenAdapter(AdapterReference adapter, ModelResolver resolver, SourcePosition position)
    {
        if (!adapters.ContainsKey(adapter))
        {
            var reference = new ModelReference { Path = adapter.Path, Revision = adapter.Revision };
            adapters.Add(adapter, StoredAdapter.Open(reference, Locate(reference, HubContent.Adapter, resolver, position)));
        }
    }

    private void OpenTokenizer(Located<ModelReference> located, ModelResolver resolver)
    {
        var (reference, position) = located;
        tokenizers.Add(reference, TokenizerFolder.Open(reference, Locate(reference, HubContent.Tokenizer, resolver, position)));
    }

    private void Adapt(ModelReference reference, IModelSource model) =>
        adapted.Add(reference, AdapterJoin.Join(reference, model, adapters[reference.Adapter!], adapterDType, factors));

    private ModelLocation Locate(ModelReference reference, HubContent content, ModelResolver resolver, SourcePosition position)
    {
        var location = resolver.Locate(reference.Path, reference.Revision, content, position);
        stamps.AddFolder(location.Folder);
        if (location.Ref is { } file)
        {
            stamps.Add(file);
        }

        if (location.Commit is null)
        {
            WarnOfRevision(reference, $"the folder '{location.Folder}'", position);
        }

        return location;
    }

    private void WarnOfRevision(ModelReference reference, string what, SourcePosition position)
    {
        if (reference.Revision is { } revision)
        {
            diagnostics.Warning(DiagnosticCode.RevisionIgnored, position, reference, what, revision);
        }
    }

    private void Try(SourcePosition position, Action open)
    {
        try
        {
            open();
        }
        catch (MergeException e)
        {
            diagnostics.AddRange(e.Diagnostics.Select(d => d.Position is null ? d with { Position = position } : d));
        }
    }
}
