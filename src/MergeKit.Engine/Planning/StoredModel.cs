using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Planning;

/// <summary>A model in a folder, with its headers read and its files open.</summary>
internal sealed class StoredModel : IModelSource, IWeightsFolder
{
    private readonly ModelLocation location;
    private readonly ModelFolder folder;
    private readonly Checkpoint checkpoint;
    private readonly Lazy<CustomCode> code;
    private readonly Lazy<IReadOnlyList<CompanionFile>> companions;

    private StoredModel(ModelReference reference, ModelLocation location, ModelFolder folder, Checkpoint checkpoint)
    {
        Reference = reference;
        this.location = location;
        this.folder = folder;
        this.checkpoint = checkpoint;
        code = new(() => CustomCode.Of(folder));
        companions = new(() => Planning.CompanionFiles.Find(folder, code.Value));
    }

    public ModelReference Reference { get; }

    public ModelConfig Config => folder.Config;

    public IReadOnlyDictionary<string, TensorSource> Tensors => checkpoint.Tensors;

    public IReadOnlyList<IWeightsFolder> Folders => [this];

    public MergePlan? Stage => null;

    public string Folder => folder.Path;

    public IReadOnlyList<WeightsFile> WeightFiles => checkpoint.Shards;

    public string? Commit => location.Commit;

    public IEnumerable<string> Files => [.. checkpoint.Files, folder.Config.Path, .. location.Files];

    public string CardPath => folder.CardPath;

    public string? License => folder.License;

    /// <summary>Opens a model folder.</summary>
    /// <exception cref="MergeException">The folder holds no model that can be read.</exception>
    public static StoredModel Open(ModelReference reference, ModelLocation location)
    {
        ForeignWeights.RefuseGguf(location.Folder, WeightFinder.FileNames(location.Folder));
        var folder = ModelFolder.Open(location.Folder);
        return new StoredModel(reference, location, folder, Checkpoint.Open(folder.Path));
    }

    public IReadOnlyList<CompanionFile> CompanionFiles => companions.Value;

    public IReadOnlyList<UncopiedFile> UncopiedFiles =>
    [
        .. Planning.CompanionFiles.FindUnknown(folder.Path).Select(name => new UncopiedFile(name, IsTokenizer: true)),
        .. code.Value.Uncopied.Select(name => new UncopiedFile(name, IsTokenizer: false)),
    ];

    public void RequireUnchanged() => checkpoint.RequireUnchanged();

    public void Dispose() => checkpoint.Dispose();
}
