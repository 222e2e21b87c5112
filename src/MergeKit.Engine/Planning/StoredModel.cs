using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A model in a folder, with its headers read and its files open.</summary>
internal sealed class StoredModel : IModelSource
{
    private readonly ModelFolder folder;
    private readonly Checkpoint checkpoint;
    private readonly Lazy<IReadOnlyList<CompanionFile>> companions;

    private StoredModel(ModelReference reference, ModelFolder folder, Checkpoint checkpoint)
    {
        Reference = reference;
        this.folder = folder;
        this.checkpoint = checkpoint;
        companions = new(() => Planning.CompanionFiles.Find(folder));
    }

    /// <summary>As the recipe has it.</summary>
    public ModelReference Reference { get; }

    public ModelConfig Config => folder.Config;

    public IReadOnlyDictionary<string, TensorSource> Tensors => checkpoint.Tensors;

    /// <summary>Full path of the folder.</summary>
    public string Folder => folder.Path;

    /// <summary>Where it comes from.</summary>
    public ModelOrigin Origin => new(Reference, Folder);

    /// <summary>The files with the tensors.</summary>
    public IReadOnlyList<SafetensorsFile> WeightFiles => checkpoint.Shards;

    /// <summary>Full paths of the files that weights and configuration depend on.</summary>
    public IEnumerable<string> Files => checkpoint.Files.Append(folder.Config.Path);

    /// <summary>Full path of the model's card, which need not exist.</summary>
    public string CardPath => folder.CardPath;

    /// <summary>The licence that the card states; null where it states none.</summary>
    public string? License => folder.License;

    /// <summary>Opens a model folder.</summary>
    /// <exception cref="MergeException">The folder holds no model that can be read.</exception>
    public static StoredModel Open(ModelReference reference, string path)
    {
        var folder = ModelFolder.Open(path);
        return new StoredModel(reference, folder, Checkpoint.Open(folder.Path));
    }

    public IReadOnlyList<CompanionFile> CompanionFiles => companions.Value;

    public void Dispose() => checkpoint.Dispose();
}
