using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A model in a folder, with its headers read and its files open.</summary>
internal sealed class StoredModel : IModelSource
{
    private readonly ModelLocation location;
    private readonly ModelFolder folder;
    private readonly Checkpoint checkpoint;

    private StoredModel(ModelReference reference, ModelLocation location, ModelFolder folder, Checkpoint checkpoint)
    {
        Reference = reference;
        this.location = location;
        this.folder = folder;
        this.checkpoint = checkpoint;
    }

    /// <summary>As the recipe has it.</summary>
    public ModelReference Reference { get; }

    public ModelConfig Config => folder.Config;

    public IReadOnlyDictionary<string, TensorSource> Tensors => checkpoint.Tensors;

    /// <summary>Full path of the folder.</summary>
    public string Folder => folder.Path;

    /// <summary>The files with the tensors.</summary>
    public IReadOnlyList<SafetensorsFile> WeightFiles => checkpoint.Shards;

    /// <summary>The commit of a model of the Hugging Face hub; null for other folders.</summary>
    public string? Commit => location.Commit;

    /// <summary>Full paths of the files that weights and configuration depend on, among them the one that says which commit a branch is.</summary>
    public IEnumerable<string> Files => checkpoint.Files.Append(folder.Config.Path).Concat(location.RefFile is { } file ? [file] : []);

    /// <summary>Full path of the model's card, which need not exist.</summary>
    public string CardPath => folder.CardPath;

    /// <summary>The licence that the card states; null where it states none.</summary>
    public string? License => folder.License;

    /// <summary>Opens a model folder.</summary>
    /// <exception cref="MergeException">The folder holds no model that can be read.</exception>
    public static StoredModel Open(ModelReference reference, ModelLocation location)
    {
        var folder = ModelFolder.Open(location.Folder);
        return new StoredModel(reference, location, folder, Checkpoint.Open(folder.Path));
    }

    public IReadOnlyList<string> CompanionFiles(bool withTokenizer) => Planning.CompanionFiles.Find(folder.Path, withTokenizer);

    public void Dispose() => checkpoint.Dispose();
}
