using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>
/// The folder of the merged model while it is made: everything is written beside its final place and moved there when complete, so that
/// an interrupted or failed merge leaves the previous model as it was. One merge at a time may write a model.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string final;
    private readonly string previous;
    private readonly FileStream lockFile;
    private bool published;

    private OutputFolder(string final, FileStream lockFile)
    {
        this.final = final;
        this.lockFile = lockFile;
        Staging = Sibling(final, "partial");
        previous = Sibling(final, "previous");
    }

    /// <summary>Where files are written.</summary>
    public string Staging { get; }

    /// <summary>Prepares an empty staging folder; recovers what a killed merge left behind.</summary>
    /// <exception cref="MergeException">The folder holds foreign files, is being written by another build, or cannot be created.</exception>
    public static OutputFolder Open(string path)
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Guard(final, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            var folder = new OutputFolder(final, Lock(final));
            try
            {
                folder.Prepare();
                return folder;
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        });
    }

    /// <summary>Full path of a file to write.</summary>
    public string PathOf(string fileName) => Path.Combine(Staging, fileName);

    /// <summary>Writes a small file.</summary>
    public void WriteText(string fileName, string text) => Guard(PathOf(fileName), () =>
    {
        using var stream = new FileStream(PathOf(fileName), FileMode.CreateNew, FileAccess.Write);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
        return true;
    });

    /// <summary>Copies a file into the folder under its own name.</summary>
    public void Copy(string source) => Guard(PathOf(Path.GetFileName(source)), () =>
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read);
        using var to = new FileStream(PathOf(Path.GetFileName(source)), FileMode.CreateNew, FileAccess.Write);
        from.CopyTo(to);
        to.Flush(flushToDisk: true);
        return true;
    });

    /// <summary>Puts the complete folder in its final place.</summary>
    /// <exception cref="MergeException">The folder cannot be moved, or files that no merge wrote have come into the present one.</exception>
    public void Publish() => Guard(final, () =>
    {
        RefuseForeignFiles();
        DirectoryEntries.FlushToDisk(Staging);
        if (Directory.Exists(final))
        {
            Directory.Move(final, previous);
        }

        MoveStagingToFinal();
        published = true;
        DirectoryEntries.FlushToDisk(Path.GetDirectoryName(final)!);
        return true;
    });

    /// <summary>Removes what is not part of a complete model and lets others write.</summary>
    public void Dispose()
    {
        try
        {
            DeleteIfExists(published ? previous : Staging);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            // What is left is under a name that no loader reads, and the next merge removes it.
        }
        finally
        {
            lockFile.Dispose();
        }
    }

    /// <summary>Runs a file operation; turns what the file system says into a diagnostic.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw NotWritable(e, path);
        }
    }

    /// <summary>Whether the file system refuses to write.</summary>
    public static bool IsRefusal(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Such a refusal as the diagnostic that it is.</summary>
    public static MergeException NotWritable(Exception exception, string path) =>
        new(exception, DiagnosticCode.OutputNotWritable, null, path, exception.Message.TrimEnd('.'));

    private static FileStream Lock(string final)
    {
        try
        {
            return new FileStream(Sibling(final, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e) when (IsSharingViolation(e))
        {
            throw new MergeException(e, DiagnosticCode.OutputBusy, null, final);
        }
    }

    /// <summary>ERROR_SHARING_VIOLATION on Windows, EWOULDBLOCK on Linux and macOS.</summary>
    private static bool IsSharingViolation(IOException e) => (e.HResult & 0xFFFF) == 32 || e.HResult is 11 or 35;

    private static string Sibling(string final, string kind) =>
        Path.Combine(Path.GetDirectoryName(final)!, $".{Path.GetFileName(final)}.{kind}");

    private static void DeleteIfExists(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void MoveStagingToFinal()
    {
        try
        {
            Directory.Move(Staging, final);
        }
        catch when (Directory.Exists(previous) && !Directory.Exists(final))
        {
            Directory.Move(previous, final);
            throw;
        }
    }

    private void Prepare()
    {
        if (File.Exists(final))
        {
            throw new MergeException(DiagnosticCode.OutputNotWritable, null, final, "it is a file, but the model needs a folder of that name");
        }

        // A merge killed between the two moves of Publish has left the old model under another name.
        if (Directory.Exists(previous) && !Directory.Exists(final))
        {
            Directory.Move(previous, final);
        }

        RefuseForeignFiles();
        DeleteIfExists(previous);
        DeleteIfExists(Staging);
        Directory.CreateDirectory(Staging);
    }

    private void RefuseForeignFiles()
    {
        if (!Directory.Exists(final))
        {
            return;
        }

        var known = OutputManifest.Read(final);
        var foreign = Directory.EnumerateFileSystemEntries(final).Select(entry => Path.GetFileName(entry)!).Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).ToList();
        if (foreign.Count > 0)
        {
            throw new MergeException(DiagnosticCode.OutputFolderForeign, null, final, string.Join(", ", foreign.Take(5)) + (foreign.Count > 5 ? ", ..." : ""));
        }
    }
}
