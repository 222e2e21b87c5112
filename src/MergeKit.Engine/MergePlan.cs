using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine;

/// <summary>
/// A checked merge: every output tensor with its inputs, parameters, dtype, shape and place. Made from the recipe and file headers alone;
/// keeps the checkpoints open until it is disposed.
/// </summary>
public sealed class MergePlan : IDisposable
{
    private readonly ModelLibrary? owned;

    internal MergePlan(MergeRequest request, Recipe recipe, MergeMethod mergeMethod, ModelSet models, ModelLibrary? owned)
    {
        this.owned = owned;
        Request = request;
        Recipe = recipe;
        MergeMethod = mergeMethod;
        Models = models;
    }

    /// <summary>What was asked for.</summary>
    public MergeRequest Request { get; private set; }

    /// <summary>The recipe's merge method.</summary>
    public string Method => MergeMethod.Name;

    /// <summary>
    /// The stages that the merge needs, each after those it needs itself; empty for a recipe of one document, and for a stage. They are
    /// made before the merge, in its <see cref="MergeRequest.StateDirectory"/>, and closed with it.
    /// </summary>
    public IReadOnlyList<MergePlan> Stages { get; internal init; } = [];

    /// <summary>Warnings about recipe and models, those of the stages among them.</summary>
    public IReadOnlyList<Diagnostic> Warnings { get; internal init; } = [];

    /// <summary>Number of output tensors.</summary>
    public int TensorCount => Tensors.Count();

    /// <summary>Number of output files with tensors.</summary>
    public int ShardCount => Shards.Count;

    /// <summary>Bytes of tensor data to write.</summary>
    public long OutputBytes => Tensors.Sum(tensor => tensor.ByteLength);

    /// <summary>Bytes of tensor data to read, each input tensor counted once.</summary>
    public long InputBytes => Tensors.SelectMany(tensor => tensor.Inputs).Select(input => input.Source).Distinct().Sum(source => source.ByteLength);

    /// <summary>Number of weights in the output.</summary>
    public long ParameterCount => Tensors.Sum(tensor => tensor.Shape.ElementCount);

    /// <summary>Full paths of all files on which the output depends, in ordinal order; what stages write is not among them.</summary>
    public IReadOnlyList<string> InputFiles { get; internal init; } = [];

    /// <summary>Whether a model, adapter or tokenizer comes from the user's cache of the Hugging Face hub.</summary>
    public bool UsesHub => InputFolders.Any(folder => folder.Commit is not null);

    internal Recipe Recipe { get; }

    /// <summary>The YAML that makes this model: of a stage its own document, otherwise all documents of the recipe.</summary>
    internal string RecipeText { get; init; } = "";

    internal MergeMethod MergeMethod { get; }

    internal ModelSet Models { get; }

    /// <summary>The models and adapters on disk of which this model and its stages are made, and folders of which they take a tokenizer alone.</summary>
    internal IReadOnlyList<IInputFolder> InputFolders { get; init; } = [];

    /// <summary>Those with weights.</summary>
    internal IEnumerable<IWeightsFolder> WeightsFolders => InputFolders.OfType<IWeightsFolder>();

    internal IReadOnlyList<PlannedShard> Shards { get; init; } = [];

    internal IEnumerable<PlannedTensor> Tensors => Shards.SelectMany(shard => shard.Tensors);

    /// <summary>Text of the output's config.json.</summary>
    internal string ConfigJson { get; init; } = "";

    /// <summary>The output's files beside weights and config.json: tokenizer, chat template, generation settings, processors, custom code.</summary>
    internal IReadOnlyList<CompanionFile> CompanionFiles { get; init; } = [];

    /// <summary>What the files of <see cref="InputFiles"/> were like before they were read for the plan; null for a missing one.</summary>
    internal IReadOnlyDictionary<string, FileStamp?> InputStamps { get; init; } = new Dictionary<string, FileStamp?>();

    /// <summary>Makes sure that the files are still those of which the plan was made, so that their digests can be given for it.</summary>
    /// <exception cref="MergeException">A file was written to, replaced or deleted.</exception>
    internal void RequireUnchangedInputs()
    {
        if (InputStamps.FirstOrDefault(file => FileStamp.TryRead(file.Key) != file.Value) is { Key: { } changed })
        {
            throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, changed);
        }
    }

    /// <summary>Sets the number of worker threads anew, for a machine that is busier or freer than expected; changes no byte.</summary>
    /// <param name="threads">Number of threads, at least 1.</param>
    public void UseThreads(int threads)
    {
        Request = Request with { Threads = threads };
        foreach (var stage in Stages)
        {
            stage.UseThreads(threads);
        }
    }

    /// <summary>Closes the checkpoints. A stage shares them with the merge that needs it, and is closed by that.</summary>
    public void Dispose() => owned?.Dispose();
}
