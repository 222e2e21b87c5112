using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>
/// The folder of the merged model while it is made: everything is written beside its final place and moved there when complete, so that
/// an interrupted or failed merge leaves the previous model as it was, and its own finished work for the next. One merge at a time may
/// write a model.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private const string FetchedSuffix = ".fetched";

    /// <summary>What may stand beside a model folder: <c>.name.kind</c>.</summary>
    private static readonly string[] Kinds = ["partial", "journal", "previous", "discarded", "lock"];

    private readonly string final;
    private readonly string previous;
    private readonly string discarded;
    private readonly FolderLock folderLock;
    private readonly bool replacesAll;
    private bool isComplete;

    private OutputFolder(string final, FolderLock folderLock, bool replacesAll)
    {
        this.final = final;
        this.folderLock = folderLock;
        this.replacesAll = replacesAll;
        Staging = Sibling(final, "partial");
        previous = Sibling(final, "previous");
        discarded = Sibling(final, "discarded");
    }

    /// <summary>Where files are written.</summary>
    public string Staging { get; }

    /// <summary>Prepares the staging folder, in which an interrupted merge may have left work; puts back a model that a killed one moved aside.</summary>
    /// <param name="path">The model folder.</param>
    /// <param name="waiting">Called with its full path if another build has to finish first.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <param name="replacesAll">Whether the folder is in a place of our own, where everything may be replaced, whoever wrote it.</param>
    /// <exception cref="MergeException">The folder holds foreign files, or cannot be created.</exception>
    public static OutputFolder Open(string path, Action<string> waiting, CancellationToken cancellation, bool replacesAll = false)
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Guard(final, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(final)!);
            var folder = new OutputFolder(final, FolderLock.Take(Sibling(final, "lock"), () => waiting(final), cancellation), replacesAll);
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

    /// <summary>The file that says what is finished in <see cref="Staging"/>.</summary>
    public string JournalPath => Sibling(final, "journal");

    /// <summary>Full path of a file to write.</summary>
    public string PathOf(string fileName) => Path.Combine(Staging, fileName);

    /// <summary>Deletes what an interrupted merge has left beside a model folder, unless a merge is running; puts back a model that it moved aside.</summary>
    public static void Discard(string path)
    {
        var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Kinds.Any(kind => Path.Exists(Sibling(final, kind))))
        {
            return;
        }

        Guard(final, () =>
        {
            if (FolderLock.TryTake(Sibling(final, "lock")) is { } folderLock)
            {
                using var folder = new OutputFolder(final, folderLock, replacesAll: false);
                folder.PutBackPrevious();
                folder.KeepPresent();
            }

            return true;
        });
    }

    /// <summary>Writes a small file.</summary>
    public void Write(string fileName, byte[] content) => Guard(PathOf(fileName), () =>
    {
        using var stream = new FileStream(PathOf(fileName), FileMode.CreateNew, FileAccess.Write);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        return true;
    });

    /// <summary>Puts a finished file into the folder: by its name if it waits there already, else without writing its bytes again, where the file system can do that.</summary>
    /// <exception cref="MergeException">The file was written to since it was compared, or cannot be put there.</exception>
    public void Place(FinishedShard source, string fileName) => Guard(PathOf(fileName), () =>
    {
        if (source.Path == FetchedPathOf(fileName))
        {
            File.Move(source.Path, PathOf(fileName));
        }
        else if (!HardLink.TryCreate(source.Path, PathOf(fileName)))
        {
            File.Copy(source.Path, PathOf(fileName));
            using var copy = new FileStream(PathOf(fileName), FileMode.Open, FileAccess.Write);
            copy.Flush(flushToDisk: true);
        }

        // The same file under its new name, unless it was copied.
        return FileStamp.TryRead(PathOf(fileName)) == source.Stamp || FileStamp.TryRead(source.Path) == source.Stamp
            ? true
            : throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, source.Path);
    });

    /// <summary>Where a file from the cache waits until it is known that nothing in the folder is written in place.</summary>
    public string FetchedPathOf(string fileName) => PathOf(fileName + FetchedSuffix);

    /// <summary>Deletes what stands in the staging folder under other names than the given ones.</summary>
    public void KeepOnly(IReadOnlySet<string> fileNames) => Guard(Staging, () =>
    {
        foreach (var entry in new DirectoryInfo(Staging).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else if (!fileNames.Contains(entry.Name))
            {
                entry.Delete();
            }
        }

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
        DirectoryEntries.FlushToDisk(Path.GetDirectoryName(final)!);
        return isComplete = true;
    });

    /// <summary>The present folder is the model that was wanted: nothing beside it is needed any more.</summary>
    public void KeepPresent() => isComplete = true;

    /// <summary>Removes what neither is part of a complete model nor can be used by a later merge, and lets others write.</summary>
    public void Dispose()
    {
        try
        {
            if (isComplete)
            {
                DeletePrevious();
            }

            if (isComplete || !Directory.Exists(Staging) || MergeJournal.Read(JournalPath).Values.All(shard => shard.Finished.Count == 0))
            {
                DeleteIfExists(Staging);
                File.Delete(JournalPath);
                File.Delete(JournalPath + "-new");
            }
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            // What is left is under a name that no loader reads, and the next merge removes it.
        }
        finally
        {
            folderLock.Dispose();
        }
    }

    /// <summary>Runs a file operation; turns what the file system says into a diagnostic.</summary>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            throw NotWritable(e, path);
        }
    }

    /// <summary>Such a refusal as the diagnostic that it is.</summary>
    public static MergeException NotWritable(Exception exception, string path) =>
        new(exception, DiagnosticCode.OutputNotWritable, null, path, exception.Message.TrimEnd('.'));

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

        PutBackPrevious();
        RefuseForeignFiles();
        DeletePrevious();
        Directory.CreateDirectory(Staging);
    }

    /// <summary>A merge killed between the two moves of Publish has left the old model under another name.</summary>
    private void PutBackPrevious()
    {
        if (Directory.Exists(previous) && !Directory.Exists(final))
        {
            Directory.Move(previous, final);
        }
    }

    /// <summary>Deletes the old model, under a name from which it is never put back: a kill may leave half of it.</summary>
    private void DeletePrevious()
    {
        DeleteIfExists(discarded);
        if (Directory.Exists(previous))
        {
            Directory.Move(previous, discarded);
            DeleteIfExists(discarded);
        }
    }

    private void RefuseForeignFiles()
    {
        if (replacesAll || !Directory.Exists(final))
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
