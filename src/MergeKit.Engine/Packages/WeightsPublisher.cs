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
    /// Copies weights to a location that is a folder: under another name until they are complete and on disk. What is there already with the right
    /// digest stays as it is.
    /// </summary>
    /// <exception cref="MergeException">A file there is another than the one to publish, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what is copied already is used the next time.</exception>
    public void Publish(ModelInPackage model, IReadOnlyList<WeightFile> files, string folder)
    {
        var missing = new List<DownloadRequest>();
        foreach (var file in files)
        {
            var destination = WeightsLocation.PathOf(folder, model, file.Name);
            if (!IsPublished(file, destination))
            {
                missing.Add(Copy(file, destination));
            }
        }

        // One at a time: file shares are not faster for several.
        new FileDownloader().DownloadAll(missing, 1, observer, cancellation);
        foreach (var request in missing)
        {
            if (FileStamp.TryRead(request.Destination) is { } stamp)
            {
                memory.Remember(request.Destination, stamp, request.Sha256!);
            }
        }
    }

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
        // Nothing but weights stays at the destination.
        LockPath = Path.Combine(stateDirectory, "locks", Sha256Text.Of(destination)),
    };
}
