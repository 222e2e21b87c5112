using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>One file on its way from a source to its destination, which nobody else writes meanwhile.</summary>
/// <param name="request">What to download.</param>
/// <param name="source">Where it comes from.</param>
/// <param name="destination">Full path of the complete file.</param>
/// <param name="tally">Is told of progress and retries.</param>
/// <param name="index">The download's number there.</param>
/// <param name="limits">How patient to be.</param>
/// <param name="time">The clock.</param>
internal sealed class Transfer(DownloadRequest request, DownloadSource source, string destination, ProgressTally tally, int index, DownloadLimits limits, TimeProvider time)
{
    private const int BufferBytes = 1 << 18;

    private readonly byte[] buffer = new byte[BufferBytes];

    /// <summary>Downloads the file, a second time from its start if the first does not give what is expected.</summary>
    public async Task<DownloadResult> RunAsync(CancellationToken cancellation)
    {
        var retries = new RetryPolicy(limits, time);
        var partialPath = Path.GetFullPath(request.PartialPath ?? destination + ".partial");
        for (var isLast = false; ; isLast = true)
        {
            using var partial = PartialFile.Open(partialPath, request.Size, (request.Sha256 ?? request.GitBlobId) is not null, cancellation);
            try
            {
                var etag = await retries.RunAsync(
                    request.Source,
                    token => FetchAsync(partial, token),
                    () => partial.Length,
                    (failure, delay) => tally.Retrying(request.Source, failure, delay),
                    cancellation);
                return Publish(partial, etag);
            }
            catch (UnfitContent content)
            {
                partial.Delete();
                if (isLast)
                {
                    throw new MergeException(content, DiagnosticCode.DownloadCorrupt, null, SourceName.Of(request.Source), content.Expected, content.Actual);
                }
            }
        }
    }

    private DownloadResult Publish(PartialFile partial, string? etag)
    {
        var digest = partial.Digest();
        UnfitContent.ThrowIfSizeDiffers(request.Size, partial.Length);
        UnfitContent.ThrowIfDigestDiffers(request.Sha256, digest);
        partial.ThrowIfBlobDiffers(request.GitBlobId);
        partial.Publish(destination);
        return new DownloadResult(destination, partial.Length, digest, etag);
    }

    /// <summary>Fetches what is missing; gives the server's tag of the file.</summary>
    private async Task<string?> FetchAsync(PartialFile partial, CancellationToken cancellation)
    {
        if (partial.Length == request.Size)
        {
            return partial.Version.ETag;
        }

        using var guard = new StallGuard(limits.Stall, time, cancellation);
        using var reply = await guard.WaitFor(source.OpenAsync(partial.CanBeContinued ? partial.Length : 0, partial.Version, guard.Token));
        UnfitContent.ThrowIfSizeDiffers(request.Size, reply.Total);
        if (reply.Start == 0)
        {
            partial.StartOver(new PartialVersion(reply.ETag, reply.Total));
        }

        tally.Report(index, partial.Length, reply.Total);
        while (await ReadAsync(reply.Content, guard) is > 0 and var read)
        {
            partial.Append(buffer.AsSpan(0, read));
            tally.Report(index, partial.Length, reply.Total);
        }

        return partial.Length == (reply.Total ?? partial.Length)
            ? reply.ETag
            : throw new TransientFailure($"the file ended after {partial.Length} of {reply.Total} bytes");
    }

    private Task<int> ReadAsync(Stream content, StallGuard guard)
    {
        guard.Restart();
        return guard.WaitFor(content.ReadAsync(buffer, guard.Token).AsTask());
    }
}
