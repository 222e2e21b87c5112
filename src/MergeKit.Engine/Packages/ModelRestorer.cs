using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Output;

namespace MergeKit.Engine.Packages;

/// <summary>
/// Completes the folder of a model whose package does not hold its weights. Every file is compared with the size and digest in the manifest before
/// the folder is seen in its place; what an interrupted restore has downloaded, the next one uses.
/// </summary>
public sealed class ModelRestorer
{
    private const int Parallelism = 4;

    private readonly RestoreRequest request;
    private readonly FileDownloader downloader;
    private readonly IRestoreObserver? observer;
    private readonly CancellationToken cancellation;
    private readonly DigestMemory memory;
    private readonly OutputManifest manifest;

    private ModelRestorer(RestoreRequest request, FileDownloader downloader, IRestoreObserver? observer, CancellationToken cancellation)
    {
        this.request = request;
        this.downloader = downloader;
        this.observer = observer;
        this.cancellation = cancellation;
        memory = UserCache.DigestsIn(request.CacheDirectory);
        manifest = FromPackage(OutputManifest.FileName, () => OutputManifest.Load(request.PackageFolder));
    }

    /// <summary>Where downloads wait until all are complete, and what is left of those that ended early.</summary>
    private string Downloads => Path.Combine(Path.GetDirectoryName(request.Destination)!, $".{Path.GetFileName(request.Destination)}.downloads");

    /// <summary>Makes a model's folder complete if it is not; one at a time does, and the others wait for it.</summary>
    /// <param name="request">The model.</param>
    /// <param name="observer">Is told what happens.</param>
    /// <param name="cancellation">Ends the work; what came is kept for the next restore.</param>
    /// <returns>Whether there was something to do.</returns>
    /// <exception cref="MergeException">The model cannot be restored; the message names the model, the package, the file and the location.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static bool Restore(RestoreRequest request, IRestoreObserver? observer = null, CancellationToken cancellation = default) =>
        Restore(request, new FileDownloader(), observer, cancellation);

    /// <summary>As the other, with a downloader of one's own.</summary>
    internal static bool Restore(RestoreRequest request, FileDownloader downloader, IRestoreObserver? observer, CancellationToken cancellation)
    {
        try
        {
            var restorer = new ModelRestorer(request, downloader, observer, cancellation);
            return !restorer.IsComplete() && restorer.Run();
        }
        catch (MergeException exception)
        {
            var ((package, version, name), cause) = (request.Model, exception.Diagnostics[0]);
            var reason = $"{cause.Id}: {cause.Message}";
            throw cause.Code == DiagnosticCode.DownloadRefused && request.Location.Host is { } host
                ? new MergeException(exception, DiagnosticCode.WeightsRefused, null, name, package, version, request.Location, reason, host)
                : new MergeException(exception, DiagnosticCode.ModelNotRestored, null, name, package, version, request.Location, reason);
        }
    }

    private bool Run()
    {
        using var folder = OutputFolder.Open(request.Destination, path => observer?.Waiting(path), cancellation, replacesAll: true);
        if (IsComplete())
        {
            return false;
        }

        folder.KeepOnly(new HashSet<string>());
        foreach (var file in manifest.Files.Where(file => !WeightFile.Is(file.Name)).Append(null))
        {
            WriteSmall(folder, file);
        }

        foreach (var (file, path) in FindWeights())
        {
            folder.Place(new FinishedShard(path, FileStamp.TryRead(path) ?? default, file.Sha256), file.Name);
        }

        folder.Publish();
        RememberDigests();
        DeleteDownloads();
        return true;
    }

    private bool IsComplete()
    {
        try
        {
            return Manifest(request.Destination).SequenceEqual(Manifest(request.PackageFolder)) && manifest.Files.All(file => Holds(request.Destination, file));
        }
        catch (MergeException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Manifest(string folder)
    {
        var path = Path.Combine(folder, OutputManifest.FileName);
        return FileErrors.WhenReading(path, () => File.ReadAllBytes(path));
    }

    /// <summary>Whether a folder has a file as it should be; one that did not change since it was last looked at is not read again.</summary>
    private bool Holds(string folder, FileDigest file)
    {
        try
        {
            var path = Path.Combine(folder, file.Name);
            return new FileInfo(path) is { Exists: true, LinkTarget: null } info && info.Length == file.Size && memory.FileDigest(path, null, cancellation) == file.Sha256;
        }
        catch (MergeException)
        {
            // Another restore is replacing the folder, or the file is damaged so that it cannot even be read.
            return false;
        }
    }

    /// <summary>The weights, wherever they are: in the former folder, in that of another version of the package, or downloaded now.</summary>
    private List<(FileDigest File, string Path)> FindWeights()
    {
        var weights = manifest.Files.Where(file => WeightFile.Is(file.Name)).ToList();
        var here = weights.ToDictionary(file => file, file => FoldersWithModel().FirstOrDefault(folder => Holds(folder, file)));
        Download(weights.FindAll(file => here[file] is null));
        return weights.ConvertAll(file => (file, Path.Combine(here[file] ?? Downloads, file.Name)));
    }

    private IEnumerable<string> FoldersWithModel()
    {
        var (versions, name) = (new DirectoryInfo(request.Destination).Parent!.Parent!, Path.GetFileName(request.Destination));
        return FileErrors.WhenReading(versions.FullName, () => versions.GetDirectories())
            .Select(version => Path.Combine(version.FullName, name)).Order(StringComparer.Ordinal)
            .Prepend(request.Destination);
    }

    private void Download(List<FileDigest> files)
    {
        if (files.Count == 0)
        {
            return;
        }

        observer?.Starting(request.Model, files.Count, files.Sum(file => file.Size), request.Location);
        var downloads = files.Select(file => new DownloadRequest(request.Location.AddressOf(request.Model, file.Name), Path.Combine(Downloads, file.Name))
        {
            Size = file.Size,
            Sha256 = file.Sha256,
            Token = request.Location.IsPrivate ? request.Token : null,
        });
        foreach (var file in downloader.DownloadAll([.. downloads], Parallelism, observer, cancellation))
        {
            SetTime(file.Path);
        }
    }

    /// <summary>Takes a file from the package, or the manifest if there is none given, which is what says how the others should be.</summary>
    private void WriteSmall(OutputFolder folder, FileDigest? expected)
    {
        var name = expected?.Name ?? OutputManifest.FileName;
        var path = Path.Combine(request.PackageFolder, name);
        var content = FromPackage(name, () => FileErrors.WhenReading(path, () => File.ReadAllBytes(path)));
        if (expected is not null && Sha256Text.Of(content) != expected.Sha256)
        {
            throw Damaged(name);
        }

        folder.Write(name, content);
        SetTime(folder.PathOf(name));
    }

    /// <summary>What cannot be read there is not mended by making the model again, which is what the diagnostics of model folders advise.</summary>
    private T FromPackage<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (MergeException exception)
        {
            throw Damaged(name, exception);
        }
    }

    /// <summary>A package holds its models in the folder <c>models</c>.</summary>
    private MergeException Damaged(string name, MergeException? cause = null)
    {
        var folder = Path.GetFullPath(request.PackageFolder);
        object[] places = [Path.Combine(folder, name), Path.GetDirectoryName(Path.GetDirectoryName(folder))!];
        return cause is null
            ? new MergeException(DiagnosticCode.PackageDamaged, null, places)
            : new MergeException(cause, DiagnosticCode.PackageDamaged, null, places);
    }

    /// <summary>Not before the folder is published: until then they are what the next restore goes on with.</summary>
    private void DeleteDownloads() => OutputFolder.Guard(Downloads, () =>
    {
        if (Directory.Exists(Downloads))
        {
            Directory.Delete(Downloads, recursive: true);
        }

        return true;
    });

    private void SetTime(string path) => OutputFolder.Guard(path, () =>
    {
        File.SetLastWriteTimeUtc(path, request.Time.UtcDateTime);
        return true;
    });

    /// <summary>They were compared with the files just now; with a time long past, every change from here on shows.</summary>
    private void RememberDigests()
    {
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(request.Destination, file.Name);
            if (FileStamp.TryRead(path) is { } stamp)
            {
                memory.Remember(path, stamp, file.Sha256);
            }
        }
    }
}
