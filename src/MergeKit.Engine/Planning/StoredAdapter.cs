using MergeKit.Engine.Adapters;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>An adapter in a folder, with its headers read and its files open.</summary>
internal sealed class StoredAdapter : IWeightsFolder, IDisposable
{
    private readonly Checkpoint checkpoint;
    private readonly Lazy<string?> license;

    private StoredAdapter(ModelReference reference, AdapterConfig config, Checkpoint checkpoint)
    {
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

    public IEnumerable<string> Files => checkpoint.Files.Append(Config.Path);

    public string CardPath => Path.Combine(Folder, ModelFolder.CardName);

    public string? License => license.Value;

    /// <summary>Opens an adapter's folder.</summary>
    /// <exception cref="MergeException">The folder holds no adapter that can be read, or one that cannot be applied exactly.</exception>
    public static StoredAdapter Open(ModelReference reference, string folder)
    {
        var config = AdapterConfig.Read(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var checkpoint = Checkpoint.OpenAdapter(folder);
        try
        {
            return new StoredAdapter(reference, config, checkpoint);
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
