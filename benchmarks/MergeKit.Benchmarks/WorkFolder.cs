namespace MergeKit.Benchmarks;

/// <summary>A folder for what a benchmark writes while it runs; deleted at the end.</summary>
internal sealed class WorkFolder : IDisposable
{
    /// <summary>Creates the folder, below the one that the options name.</summary>
    /// <exception cref="InvalidOperationException">It cannot be created.</exception>
    public WorkFolder(Options options)
    {
        Root = System.IO.Path.Combine(options.Folder, $"work-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(Root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Cannot create a folder in '{options.Folder}': {e.Message} Name another one with --folder.", e);
        }
    }

    /// <summary>Full path of the folder.</summary>
    public string Root { get; }

    /// <summary>Full path of something in it.</summary>
    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
