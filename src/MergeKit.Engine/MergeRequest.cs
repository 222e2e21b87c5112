using System.Text.Json.Serialization;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine;

/// <summary>Everything a user says about one merge: the recipe, where it goes and how it is made.</summary>
public sealed record MergeRequest
{
    /// <summary>Name of the model: its folder, its card's title, its item metadata.</summary>
    public required string Name { get; init; }

    /// <summary>Where the merge is asked for, such as an item of a project; diagnostics about its device name it. Null if there is no such place.</summary>
    public SourcePosition? Position { get; init; }

    /// <summary>The recipe file, or the file that carries <see cref="RecipeText"/>; positions in diagnostics name it.</summary>
    public required string RecipePath { get; init; }

    /// <summary>The recipe's YAML when it does not stand in a file of its own; null to read <see cref="RecipePath"/>.</summary>
    public string? RecipeText { get; init; }

    /// <summary>The project's folder: where relative model paths are looked up after the recipe's own folder.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The model folder to write.</summary>
    public required string OutputDirectory { get; init; }

    /// <summary>
    /// The folder in which merges of this model, and of no other, keep what later ones can use: what was written and why, and the models of
    /// its stages. Deleting it costs time only.
    /// </summary>
    public required string StateDirectory { get; init; }

    /// <summary>The store of finished weights and remembered digests that all projects of a user share; null to do without.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Bytes of weights that the store may hold; what was used longest ago goes first.</summary>
    public long CacheSize { get; init; } = 50_000_000_000;

    /// <summary>Folders of models by the names under which recipes may use them, beside paths.</summary>
    public IReadOnlyDictionary<string, string> NamedModels { get; init; } = new Dictionary<string, string>();

    /// <summary>Package URLs (<c>pkg:nuget/Contoso.Chat.Base@1.2.0</c>) by the names of <see cref="NamedModels"/> that come from packages.</summary>
    public IReadOnlyDictionary<string, string> NamedModelPackages { get; init; } = new Dictionary<string, string>();

    /// <summary>Where models of the Hugging Face hub are kept; a plan downloads none. Knows how to get an access token, and so is not serialized.</summary>
    [JsonIgnore]
    public HubSettings Hub { get; init; } = HubSettings.FromEnvironment();

    /// <summary>Seed of the random methods.</summary>
    public long Seed { get; init; }

    /// <summary>Largest size of a shard in bytes; a single larger tensor still gets a shard of its own.</summary>
    public long ShardSize { get; init; } = 5_000_000_000;

    /// <summary>What computes.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Auto;

    /// <summary>
    /// Full path of the assembly that merges on other devices than the engine's own, in a process of its own; null if there is none, which makes
    /// <see cref="MergeDevice.Auto"/> the processor.
    /// </summary>
    public string? DeviceHost { get; init; }

    /// <summary>Number of worker threads; 0 takes one per processor. Never changes the bytes written.</summary>
    public int Threads { get; init; }

    /// <summary>The number of worker threads in effect.</summary>
    internal int EffectiveThreads => Threads > 0 ? Threads : Environment.ProcessorCount;

    /// <summary>Elements a worker reads, computes and writes at a time; 0 lets the engine choose. Never changes the bytes written.</summary>
    public int ChunkElements { get; init; }

    /// <summary>Bytes of buffers the workers may hold together; 0 sets no limit beyond the engine's defaults.</summary>
    public long MemoryLimit { get; init; }

    /// <summary>Merges models of different architectures, does without models that lack a tensor, and in task vector methods without those whose shape differs.</summary>
    public bool AllowCrimes { get; init; }

    /// <summary>What to do about input tensors with values that are not finite.</summary>
    public NonFinitePolicy NonFiniteInputs { get; init; } = NonFinitePolicy.Warning;

    /// <summary>What to do about output tensors with values that are not finite.</summary>
    public NonFinitePolicy NonFiniteOutputs { get; init; } = NonFinitePolicy.Error;

    /// <summary>Copies tokenizer files from the base (or first) model.</summary>
    public bool CopyTokenizer { get; init; } = true;

    /// <summary>Writes README.md, the model card.</summary>
    public bool WriteModelCard { get; init; } = true;

    /// <summary>The float type to which models with adapters are rounded before they are merged; null to round them no more than float32 does.</summary>
    public DType? LoraDType { get; init; }

    /// <summary>Accepted for mergekit's --clone-tensors; every output tensor has its own bytes here anyway.</summary>
    public bool CloneTensors { get; init; }
}
