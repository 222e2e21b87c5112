namespace MergeKit.Benchmarks.Measuring;

/// <summary>Finds out what was written into a folder from a moment on: links to older files are not.</summary>
/// <param name="folder">The folder, which need not exist yet.</param>
internal sealed class WrittenFiles(string folder)
{
    private readonly string mark = folder + ".mark";
    private DateTime start;

    /// <summary>Begins, by the clock of the file system.</summary>
    public void Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
        File.WriteAllText(mark, "");
        start = File.GetLastWriteTimeUtc(mark);
    }

    /// <summary>Bytes of the files written since.</summary>
    public long Bytes => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc >= start).Sum(file => file.Length) : 0;
}
