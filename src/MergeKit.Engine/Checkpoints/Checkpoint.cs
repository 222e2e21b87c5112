namespace MergeKit.Engine.Checkpoints;

/// <summary>The weights of a model folder: one safetensors file or several shards.</summary>
public sealed class Checkpoint : IDisposable
{
    private Checkpoint(string folder, IReadOnlyDictionary<string, TensorSource> tensors, IReadOnlyList<string> files)
    {
        Folder = folder;
        Tensors = tensors;
        Files = files;
    }

    /// <summary>Full path of the model folder.</summary>
    public string Folder { get; }

    /// <summary>All tensors by name (ordinal).</summary>
    public IReadOnlyDictionary<string, TensorSource> Tensors { get; }

    /// <summary>Full paths of the files that hold the weights: shards in ordinal order, then the index if there is one.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Finds and opens the weights of a model folder; reads headers only.</summary>
    public static Checkpoint Open(string folder) => new(folder, new Dictionary<string, TensorSource>(), []);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
    }
}
