using System.Net;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>What a server's refusals mean.</summary>
internal static class HttpStatus
{
    /// <summary>Turns every reply but 200 into the failure that it is.</summary>
    /// <param name="response">The reply.</param>
    /// <param name="source">The address first asked.</param>
    /// <param name="now">The time from which a date in <c>Retry-After</c> counts.</param>
    /// <exception cref="TransientFailure">408, 429 and 5xx.</exception>
    /// <exception cref="MergeException">All other failures.</exception>
    public static void ThrowIfFailed(HttpResponseMessage response, Uri source, DateTimeOffset now)
    {
        var status = response.StatusCode;
        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500)
        {
            throw new TransientFailure(AnswerOf(response, source), RetryAfter(response, now));
        }

        if (status != HttpStatusCode.OK)
        {
            throw new MergeException(CodeOf(status), null, SourceName.Of(source), AnswerOf(response, source));
        }
    }

    private static DiagnosticCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => DiagnosticCode.DownloadRefused,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => DiagnosticCode.DownloadNotFound,
        _ => DiagnosticCode.DownloadFailed,
    };

    /// <summary>The server's own words are left out: they may repeat what it was sent.</summary>
    private static string AnswerOf(HttpResponseMessage response, Uri source)
    {
        var host = response.RequestMessage?.RequestUri?.IdnHost;
        var server = host is null || host == source.IdnHost ? "the server" : $"'{host}', to which the server redirects,";
        return $"{server} answers {(int)response.StatusCode} ({response.StatusCode})";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var delay = header?.Delta ?? header?.Date - now;
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }
}
