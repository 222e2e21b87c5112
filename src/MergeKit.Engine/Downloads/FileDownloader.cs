using System.Security.Cryptography;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>
/// Downloads large files: verified before they are seen at their destination, continued where an earlier download stopped, tried again where that
/// may help, and downloaded once when several processes want the same file.
/// </summary>
public sealed class FileDownloader
{
    private readonly DownloadLimits limits;
    private readonly TimeProvider time;
    private readonly RedirectingClient client;

    /// <summary>Creates a downloader; all share their connections.</summary>
    public FileDownloader()
        : this(Transport.Shared, TimeProvider.System, new DownloadLimits())
    {
    }

    /// <summary>Creates a downloader with a client, clock and patience of its own.</summary>
    internal FileDownloader(HttpClient client, TimeProvider time, DownloadLimits limits)
    {
        this.limits = limits;
        this.time = time;
        this.client = new RedirectingClient(client, limits.Redirects);
    }

    /// <summary>
    /// Downloads one file. One that stands at the destination already and has the size and digest asked for is left as it is; another is replaced.
    /// </summary>
    /// <exception cref="MergeException">The source does not give the file that is expected, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; what came is kept for the next download.</exception>
    public DownloadResult Download(DownloadRequest request, IDownloadObserver? observer = null, CancellationToken cancellation = default) =>
        DownloadAll([request], 1, observer, cancellation)[0];

    /// <summary>Downloads several files, the first failure of one ending all; see <see cref="Download"/>.</summary>
    /// <param name="requests">The files.</param>
    /// <param name="parallelism">How many to download at a time; at least 1.</param>
    /// <param name="observer">Is told of progress, waits and retries.</param>
    /// <param name="cancellation">Ends all downloads.</param>
    /// <returns>The files, in the order of the requests.</returns>
    /// <exception cref="MergeException">A source does not give the file that is expected, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; what came is kept for the next download.</exception>
    public IReadOnlyList<DownloadResult> DownloadAll(IReadOnlyList<DownloadRequest> requests, int parallelism, IDownloadObserver? observer = null, CancellationToken cancellation = default) =>
        Task.Run(() => DownloadAllAsync(requests, parallelism, observer, cancellation), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>As <see cref="DownloadAll"/>, without a thread that waits.</summary>
    internal async Task<IReadOnlyList<DownloadResult>> DownloadAllAsync(IReadOnlyList<DownloadRequest> requests, int parallelism, IDownloadObserver? observer, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        var tally = new ProgressTally(observer, requests);
        var results = new DownloadResult[requests.Count];
        MergeException? failure = null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, requests.Count),
                new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = ending.Token },
                async (index, token) =>
                {
                    try
                    {
                        results[index] = await DownloadAsync(requests[index], index, tally, token);
                    }
                    catch (MergeException exception)
                    {
                        Interlocked.CompareExchange(ref failure, exception, null);
                        await ending.CancelAsync();
                    }
                });
        }
        catch (OperationCanceledException) when (failure is not null && !cancellation.IsCancellationRequested)
        {
            // The others ended because one failed, which is what there is to say.
        }

        return failure is null ? results : throw failure;
    }

    private async Task<DownloadResult> DownloadAsync(DownloadRequest request, int index, ProgressTally tally, CancellationToken cancellation)
    {
        var source = SourceOf(request);
        var destination = Path.GetFullPath(request.Destination);
        var result = await ExistingAsync(request, destination, cancellation);
        if (result is null)
        {
            PartialFile.WhenWriting(destination, () => Directory.CreateDirectory(Path.GetDirectoryName(destination)!));
            var lockPath = Path.GetFullPath(request.LockPath ?? destination + ".lock");
            using var held = await DestinationLock.AcquireAsync(lockPath, () => tally.Waiting(destination), time, cancellation);
            result = await ExistingAsync(request, destination, cancellation)
                ?? await new Transfer(request, source, destination, tally, index, limits, time).RunAsync(cancellation);
        }

        tally.Complete(index, result.Size);
        return result;
    }

    private DownloadSource SourceOf(DownloadRequest request) => request.Source switch
    {
        { IsAbsoluteUri: true, IsFile: true } file => new FileSource(file.LocalPath),
        { IsAbsoluteUri: true, Scheme: "http" or "https" } address => new HttpSource(client, address, request.Token, time),
        var other => throw new MergeException(DiagnosticCode.DownloadFailed, null, SourceName.Of(other), "it is neither an http or https address nor the full path of a file"),
    };

    private static async Task<DownloadResult?> ExistingAsync(DownloadRequest request, string path, CancellationToken cancellation)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.SequentialScan | FileOptions.Asynchronous);
            UnfitContent.ThrowIfSizeDiffers(request.Size, file.Length);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
            UnfitContent.ThrowIfDigestDiffers(request.Sha256, digest);
            UnfitContent.ThrowIfBlobDiffers(request.GitBlobId, file);
            return new DownloadResult(path, file.Length, digest, null);
        }
        catch (Exception exception) when (exception is UnfitContent or FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (FileErrors.Is(exception))
        {
            throw FileErrors.NotReadable(exception, path);
        }
    }
}
