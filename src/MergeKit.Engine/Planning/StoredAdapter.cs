using MergeKit.Engine.Adapters;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>An adapter in a folder, with its headers read and its files open.</summary>
internal sealed class StoredAdapter : IWeightsFolder, IDisposable
{
    private readonly ModelLocation location;
    private readonly Checkpoint checkpoint;
    private readonly Lazy<string?> license;

    private StoredAdapter(ModelReference reference, ModelLocation location, AdapterConfig config, Checkpoint checkpoint)
    {
        this.location = location;
        this.checkpoint = checkpoint;
        Reference = reference;
        Config = config;
        Tensors = new AdapterTensors(checkpoint.Files[0], checkpoint.Tensors.Values);
        license = new Lazy<string?>(() => CardLicense.Read(CardPath));
    }

    public ModelReference Reference { get; }

    /// <summary>Its adapter_config.json.</summary>
    public AdapterConfig Config { get; }

    /// <summary>Its tensors.</summary>
    public AdapterTensors Tensors { get; }

    /// <summary>Full path of the first file with tensors, for messages.</summary>
    public string WeightsPath => checkpoint.Files[0];

    public string Folder => checkpoint.Folder;

    public IReadOnlyList<WeightsFile> WeightFiles => checkpoint.Shards;

    public string? Commit => location.Commit;

    public IEnumerable<string> Files => [.. checkpoint.Files, Config.Path, .. location.Files];

    public string CardPath => Path.Combine(Folder, ModelFolder.CardName);

    public string? License => license.Value;

    /// <summary>Opens an adapter's folder.</summary>
    /// <exception cref="MergeException">The folder holds no adapter that can be read, or one that cannot be applied exactly.</exception>
    public static StoredAdapter Open(ModelReference reference, ModelLocation location)
    {
        var config = AdapterConfig.Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(location.Folder)));
        var checkpoint = Checkpoint.OpenAdapter(location.Folder);
        try
        {
            return new StoredAdapter(reference, location, config, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that the tensors are what they were when the files were opened.</summary>
    /// <exception cref="MergeException">A file was written to since.</exception>
    public void RequireUnchanged() => checkpoint.RequireUnchanged();

    public void Dispose() => checkpoint.Dispose();

    public override string ToString() => Reference.ToString();
}
