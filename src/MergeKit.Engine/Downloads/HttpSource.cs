using System.Net;
using System.Net.Http.Headers;

namespace MergeKit.Engine.Downloads;

/// <summary>A file on a web server.</summary>
/// <param name="client">Sends the requests.</param>
/// <param name="address">Its http or https address.</param>
/// <param name="token">Bearer token for that server; null for none.</param>
/// <param name="time">The clock of the retries.</param>
internal sealed class HttpSource(RedirectingClient client, Uri address, string? token, TimeProvider time) : DownloadSource
{
    /// <inheritdoc/>
    public override async Task<SourceReply> OpenAsync(long offset, PartialVersion version, CancellationToken cancellation)
    {
        if (offset > 0)
        {
            var response = await SendAsync(headers => AskForRest(headers, offset, version), cancellation);
            if (await RestAsync(response, offset, version, cancellation) is { } rest)
            {
                return rest;
            }

            response.Dispose();
        }

        return await WholeAsync(await SendAsync(null, cancellation), cancellation);
    }

    private Task<HttpResponseMessage> SendAsync(Action<HttpRequestHeaders>? addHeaders, CancellationToken cancellation) =>
        client.SendAsync(HttpMethod.Get, address, token, addHeaders, cancellation);

    private static void AskForRest(HttpRequestHeaders headers, long offset, PartialVersion version)
    {
        headers.Range = new RangeHeaderValue(offset, null);
        if (version.StrongETag is { } tag && EntityTagHeaderValue.TryParse(tag, out var entity))
        {
            headers.IfRange = new RangeConditionHeaderValue(entity);
        }
    }

    /// <summary>What the server gives for a range: the rest, nothing if all is here, the whole; null if it gives something else.</summary>
    private async Task<SourceReply?> RestAsync(HttpResponseMessage response, long offset, PartialVersion version, CancellationToken cancellation)
    {
        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return range?.Length == offset && IsSame(version.Total, offset)
                ? new SourceReply(Stream.Null, response) { Start = offset, Total = offset, ETag = version.ETag }
                : null;
        }

        if (response.StatusCode != HttpStatusCode.PartialContent)
        {
            return await WholeAsync(response, cancellation);
        }

        var tag = response.Headers.ETag?.ToString();
        var continues = range?.From == offset && IsSame(version.Total, range.Length) && (version.ETag is null || tag is null || tag == version.ETag);
        return continues
            ? new SourceReply(await response.Content.ReadAsStreamAsync(cancellation), response) { Start = offset, Total = range!.Length, ETag = tag ?? version.ETag }
            : null;
    }

    private async Task<SourceReply> WholeAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            HttpStatus.ThrowIfFailed(response, address, time.GetUtcNow());
            return new SourceReply(await response.Content.ReadAsStreamAsync(cancellation), response)
            {
                Total = response.Content.Headers.ContentLength,
                ETag = response.Headers.ETag?.ToString(),
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static bool IsSame(long? known, long? told) => known is null || told is null || known == told;
}
