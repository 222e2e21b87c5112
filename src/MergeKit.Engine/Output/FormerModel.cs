using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>The model that stands in the output folder, as far as it is as a merge has left it.</summary>
internal sealed class FormerModel : IDisposable
{
    private readonly string folder;
    private readonly Dictionary<string, FileState> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileState> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (FileState File, TensorState Tensor)> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorFingerprint> fingerprints = new(StringComparer.Ordinal);

    private readonly Dictionary<string, CheckpointFile> open = new(StringComparer.Ordinal);

    private FormerModel(string folder) => this.folder = folder;

    /// <summary>Whether a merge of this model was recorded, be its files still there or not.</summary>
    public bool IsRecorded { get; private init; }

    /// <summary>Finds what is left of the last model.</summary>
    /// <param name="request">The merge.</param>
    /// <param name="digest">Gives the SHA-256 of a file that is not known by its stamp; null not to look into such files.</param>
    public static FormerModel Find(MergeRequest request, Func<string, string>? digest)
    {
        var folder = Path.GetFullPath(request.OutputDirectory);
        var states = ModelState.Read(request);
        var former = new FormerModel(folder) { IsRecorded = states.Count > 0 };
        foreach (var state in states.SelectMany(state => state.Files))
        {
            foreach (var tensor in state.Shard?.Tensors ?? [])
            {
                former.fingerprints.TryAdd(tensor.Name, tensor.Fingerprint);
            }

            if (!former.files.ContainsKey(state.Name) && IsAsWritten(Path.Combine(folder, state.Name), state, digest))
            {
                former.Add(state);
            }
        }

        return former;
    }

    /// <summary>Full path of one of the model's files.</summary>
    public string PathOf(FileState file) => Path.Combine(folder, file.Name);

    /// <summary>The file of that name; null if it is missing or not as it was written.</summary>
    public FileState? File(string name) => files.GetValueOrDefault(name);

    /// <summary>The file with the weights that a fingerprint stands for.</summary>
    public FileState? Shard(string fingerprint) => shards.GetValueOrDefault(fingerprint);

    /// <summary>The bytes of a tensor with a given fingerprint, and what there was to say about them; null if the model has none.</summary>
    public (TensorSource Source, TensorReport Report)? Find(PlannedTensor tensor, string fingerprint)
    {
        if (!tensors.TryGetValue(fingerprint, out var found))
        {
            return null;
        }

        if (!open.TryGetValue(found.File.Name, out var file))
        {
            open.Add(found.File.Name, file = CheckpointFile.Open(PathOf(found.File)));
        }

        return (new StoredTensor(tensor.Name, tensor.OutputDType, tensor.Shape, file, found.Tensor.FileOffset), found.Tensor.Report);
    }

    /// <summary>What the tensor of that name depended on, be its file still there or not.</summary>
    public TensorFingerprint? FingerprintOf(string tensor) => fingerprints.GetValueOrDefault(tensor);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file.Dispose();
        }
    }

    private void Add(FileState file)
    {
        files.Add(file.Name, file);
        if (file.Shard is null)
        {
            return;
        }

        shards.TryAdd(file.Shard.Fingerprint, file);
        foreach (var tensor in file.Shard.Tensors)
        {
            tensors.TryAdd(tensor.Fingerprint.Hash, (file, tensor));
        }
    }

    private static bool IsAsWritten(string path, FileState state, Func<string, string>? digest) =>
        FileStamp.TryRead(path) is { } stamp
        && stamp.Size == state.Stamp.Size
        && (stamp == state.Stamp || (digest is not null && digest(path) == state.Sha256));
}
