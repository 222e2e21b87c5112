namespace MergeKit.Engine.Checkpoints;

/// <summary>An open file with tensors: what it says about them is read and checked, their data is read on demand.</summary>
public abstract class WeightsFile : IDisposable
{
    private protected WeightsFile(CheckpointFile file, IReadOnlyList<StoredTensor> tensors)
    {
        File = file;
        Tensors = tensors;
    }

    /// <summary>Full path of the file.</summary>
    public string Path => File.Path;

    /// <summary>The tensors in the order of their data. Those of a pickle may share bytes and need not be in place.</summary>
    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>The file itself.</summary>
    internal CheckpointFile File { get; }

    /// <summary>Closes the file; its tensors can no longer be read.</summary>
    public void Dispose()
    {
        File.Dispose();
        GC.SuppressFinalize(this);
    }
}
