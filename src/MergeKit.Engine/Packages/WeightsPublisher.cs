using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Output;

namespace MergeKit.Engine.Packages;

/// <summary>Puts the weights that a package leaves out where those who use the package get them from.</summary>
/// <param name="stateDirectory">A folder of the project's own, in which digests are remembered and locks stand.</param>
/// <param name="observer">Is told of the progress of copies.</param>
/// <param name="cancellation">Ends the work.</param>
public sealed class WeightsPublisher(string stateDirectory, IDownloadObserver? observer, CancellationToken cancellation)
{
    private readonly DigestMemory memory = UserCache.DigestsIn(stateDirectory);

    /// <summary>The weights of a model folder as its manifest lists them, each compared with its digest there.</summary>
    /// <param name="modelFolder">Full path of the folder.</param>
    /// <exception cref="MergeException">There is no manifest that can be believed, or a file is not the one that the merge wrote.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<WeightFile> WeightsOf(string modelFolder) =>
        [.. OutputManifest.Load(modelFolder).Files.Where(file => WeightFile.Is(file.Name)).Select(file => Verified(Path.Combine(modelFolder, file.Name), file))];

    /// <summary>
    /// Copies weights to a location that is a folder: each under a name that nobody else uses until it is complete and on disk. What is there already
    /// with the right digest stays as it is, also what others put there meanwhile.
    /// </summary>
    /// <exception cref="MergeException">A file there is another than the one to publish, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; files that are complete stay.</exception>
    public void Publish(ModelInPackage model, IReadOnlyList<WeightFile> files, string folder)
    {
        // All are looked at before one is copied. One at a time: file shares are not faster for several.
        foreach (var file in files.Where(file => !IsPublished(file, WeightsLocation.PathOf(folder, model, file.Name))).ToList())
        {
            Publish(file, WeightsLocation.PathOf(folder, model, file.Name));
        }
    }

    /// <summary>Deletes what earlier packs laid out, so that none of it is uploaded with the weights of this one.</summary>
    /// <exception cref="MergeException">The folder cannot be deleted.</exception>
    public static void ClearLayOut(string folder) => OutputFolder.Guard(folder, () =>
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return true;
    });

    /// <summary>Lays weights out below a folder as they must be below a location, by links where the file system has them. Replaces other files.</summary>
    /// <exception cref="MergeException">The folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void LayOut(ModelInPackage model, IReadOnlyList<WeightFile> files, string folder)
    {
        foreach (var file in files)
        {
            var path = WeightsLocation.PathOf(folder, model, file.Name);
            OutputFolder.Guard(path, () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.Delete(path);
                return true;
            });
            if (!HardLink.TryCreate(file.Path, path))
            {
                new FileDownloader().Download(Copy(file, path), observer, cancellation);
            }
        }
    }

    private void Publish(WeightFile file, string destination)
    {
        var copy = Path.Combine(Path.GetDirectoryName(destination)!, $".{file.Name}.{Path.GetRandomFileName()}");
        try
        {
            new FileDownloader().Download(Copy(file, copy) with { PartialPath = copy + ".partial", LockPath = LockOf(destination) }, observer, cancellation);
            if (!TryMove(copy, destination))
            {
                IsPublished(file, destination);
            }
            else if (FileStamp.TryRead(destination) is { } stamp)
            {
                memory.Remember(destination, stamp, file.Sha256);
            }
        }
        finally
        {
            Delete(copy);
            Delete(copy + ".partial");
            Delete(copy + ".partial.version");
        }
    }

    /// <summary>
    /// Gives a complete file its name unless there is one of that name. By a link where the file system has them: on Unix, .NET looks
    /// for the other file before it moves one, between which another pack may put it there.
    /// </summary>
    private static bool TryMove(string copy, string destination) => OutputFolder.Guard(destination, () =>
    {
        if (!HardLink.TryCreate(copy, destination))
        {
            try
            {
                File.Move(copy, destination, overwrite: false);
            }
            catch (IOException) when (File.Exists(destination))
            {
                return false;
            }
        }

        DirectoryEntries.FlushToDisk(Path.GetDirectoryName(destination)!);
        return true;
    });

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (FileErrors.IsRefusal(e))
        {
            // No package needs a file of that name.
        }
    }

    private WeightFile Verified(string path, FileDigest expected)
    {
        var found = memory.FileDigest(path, null, cancellation);
        return found == expected.Sha256
            ? new WeightFile(path, expected.Size, expected.Sha256)
            : throw new MergeException(DiagnosticCode.ModelFileChanged, new SourcePosition(path, 0, 0), path, $"SHA-256 {expected.Sha256}", found);
    }

    private bool IsPublished(WeightFile file, string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        var found = memory.FileDigest(path, null, cancellation);
        return found == file.Sha256 ? true : throw new MergeException(DiagnosticCode.PublishedWeightsDiffer, null, path, file.Sha256, found);
    }

    private DownloadRequest Copy(WeightFile file, string destination) => new(WeightsLocation.FileAddress(file.Path), destination)
    {
        Size = file.Size,
        Sha256 = file.Sha256,
        LockPath = LockOf(destination),
    };

    /// <summary>Not at the destination, where nothing but weights stays.</summary>
    private string LockOf(string destination) => Path.Combine(stateDirectory, "locks", Sha256Text.Of(destination));
}
