using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>Writes what the cache says about a commit: links to blobs, the commit of a branch.</summary>
/// <param name="settings">Where the cache is.</param>
/// <param name="repository">The repository.</param>
/// <param name="commit">The commit.</param>
internal sealed class SnapshotWriter(HubSettings settings, HubRepository repository, string commit)
{
    /// <summary>Full path of a file of the snapshot.</summary>
    public string PathOf(string file) => Path.Combine(repository.SnapshotFolder(commit), file);

    /// <summary>Makes files of the snapshot of one blob. Where links cannot be made, they hold the content themselves, and the blob goes.</summary>
    public void Place(string etag, IReadOnlyList<string> files)
    {
        foreach (var (index, file) in files.Index())
        {
            var path = PathOf(file);
            PartialFile.WhenWriting(path, () => Place(repository.Blob(etag), path, isLast: index == files.Count - 1));
        }
    }

    /// <summary>Makes a branch or tag stand for the commit.</summary>
    public void PointFrom(string revision) => Write(repository.Ref(revision), commit);

    private bool Place(string blob, string path, bool isLast)
    {
        if (SnapshotFile.Exists(path))
        {
            return true;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (settings.UsesLinks && TryLink(blob, path))
        {
            return true;
        }

        if (isLast)
        {
            File.Move(blob, path, overwrite: true);
        }
        else
        {
            var temporary = $"{blob}.{Guid.NewGuid():N}.incomplete";
            File.Copy(blob, temporary);
            File.Move(temporary, path, overwrite: true);
        }

        return true;
    }

    /// <summary>Windows permits links to administrators and in developer mode only.</summary>
    private static bool TryLink(string blob, string path)
    {
        try
        {
            if (new FileInfo(path).LinkTarget is not null)
            {
                // It leads nowhere.
                File.Delete(path);
            }

            File.CreateSymbolicLink(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return SnapshotFile.Exists(path);
        }
    }

    /// <summary>Puts a small file in its place when it is complete.</summary>
    private static void Write(string path, string text) => PartialFile.WhenWriting(path, () =>
    {
        // A new time of what is as it was would be a new file to those who go by times.
        if (File.Exists(path) && File.ReadAllText(path) == text)
        {
            return true;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(temporary, text);
        File.Move(temporary, path, overwrite: true);
        return true;
    });
}
