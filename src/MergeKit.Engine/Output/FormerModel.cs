using MergeKit.Engine.Caching;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
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

    private readonly Dictionary<string, CheckpointFile?> open = new(StringComparer.Ordinal);

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

            if (!former.files.ContainsKey(state.Name) && Compare(Path.Combine(folder, state.Name), state, digest) is { } stamp)
            {
                former.Add(state with { Stamp = stamp });
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
        if (!tensors.TryGetValue(fingerprint, out var found)
            || !found.Tensor.Report.Fits(tensor)
            || found.Tensor.FileOffset < 0
            || found.Tensor.FileOffset > found.File.Stamp.Size - tensor.ByteLength
            || Open(found.File) is not { } file)
        {
            return null;
        }

        return (new StoredTensor(tensor.Name, tensor.OutputDType, tensor.Shape, file, found.Tensor.FileOffset), found.Tensor.Report);
    }

    /// <summary>Makes sure that what was read of the model's tensors is what they were found to be.</summary>
    /// <exception cref="MergeException">A file was written to meanwhile.</exception>
    public void RequireUnchanged()
    {
        foreach (var file in open.Values)
        {
            file?.RequireUnchanged();
        }
    }

    /// <summary>What the tensor of that name depended on, be its file still there or not.</summary>
    public TensorFingerprint? FingerprintOf(string tensor) => fingerprints.GetValueOrDefault(tensor);

    /// <summary>Closes the files, without which the folder cannot be moved on every system; what is known of them remains.</summary>
    public void Dispose()
    {
        foreach (var file in open.Values)
        {
            file?.Dispose();
        }
    }

    /// <summary>A file to copy from; null if it cannot be read, or was written to since it was compared.</summary>
    private CheckpointFile? Open(FileState state)
    {
        if (!open.TryGetValue(state.Name, out var file))
        {
            file = TryRead(() => CheckpointFile.Open(PathOf(state)));
            if (file is not null && file.Stamp != state.Stamp)
            {
                file.Dispose();
                file = null;
            }

            open.Add(state.Name, file);
        }

        return file;
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

            // Of a model that is there, and not of one that a killed merge was about to put in its place.
            fingerprints[tensor.Name] = tensor.Fingerprint;
        }
    }

    /// <summary>The stamp of a file that is as it was written, from before its content was looked at; null if it is missing or has changed.</summary>
    private static FileStamp? Compare(string path, FileState state, Func<string, string>? digest) =>
        FileStamp.TryRead(path) is { } stamp
        && stamp.Size == state.Stamp.Size
        && (stamp == state.Stamp || (digest is not null && TryRead(() => digest(path)) == state.Sha256))
            ? stamp
            : null;

    /// <summary>What cannot be read is replaced as what is damaged.</summary>
    private static T? TryRead<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (MergeException)
        {
            return null;
        }
    }
}
