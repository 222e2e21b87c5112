using System.Net;
using System.Net.Http.Headers;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>Sends requests and follows redirects, with the access token only where it belongs: at the server first asked.</summary>
/// <param name="client">A client that does not follow redirects itself.</param>
/// <param name="maximumRedirects">More are a circle.</param>
internal sealed class RedirectingClient(HttpClient client, int maximumRedirects)
{
    /// <summary>Sends a request without content.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="source">Absolute http or https address.</param>
    /// <param name="token">Bearer token for the scheme, host and port of <paramref name="source"/>; null for none.</param>
    /// <param name="addHeaders">Adds further headers, which every server on the way gets.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <param name="isAnswer">Whether a redirect says itself what was asked for, and is not followed; null where none does.</param>
    /// <returns>The first reply that is no redirect, or a redirect that is an answer; its content not yet read.</returns>
    /// <exception cref="MergeException">The token is none, or the redirects lead nowhere that is safe to go.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri source, string? token, Action<HttpRequestHeaders>? addHeaders, CancellationToken cancellation, Predicate<HttpResponseMessage>? isAnswer = null)
    {
        RefuseMalformed(source, token);
        var target = source;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, target);
            addHeaders?.Invoke(request.Headers);
            if (token is not null && IsSameOrigin(source, target))
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!IsRedirect(response.StatusCode) || isAnswer?.Invoke(response) == true)
            {
                return response;
            }

            using (response)
            {
                target = redirects < maximumRedirects
                    ? TargetOf(response.Headers.Location, source, target)
                    : throw Failed(source, $"the server redirects more than {maximumRedirects} times");
            }
        }
    }

    private static Uri TargetOf(Uri? location, Uri source, Uri current)
    {
        if (location is null || !Uri.TryCreate(current, location, out var target))
        {
            throw Failed(source, "the server redirects without saying where to");
        }

        var isHttp = target.Scheme == Uri.UriSchemeHttps || target.Scheme == Uri.UriSchemeHttp;
        var isDowngrade = current.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps;
        return isHttp && !isDowngrade
            ? target
            : throw Failed(source, $"the server redirects from {current.Scheme} to {DisplayText.Of(target.Scheme)}, which is not safe to follow");
    }

    private static bool IsSameOrigin(Uri a, Uri b) => a.Scheme == b.Scheme && a.Port == b.Port && a.IdnHost.Equals(b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>What .NET says about a header that it cannot send may quote the header.</summary>
    private static void RefuseMalformed(Uri source, string? token)
    {
        if (token is not null && (token.Length == 0 || token.Any(character => character is <= ' ' or > '~')))
        {
            throw new MergeException(DiagnosticCode.DownloadRefused, null, SourceName.Of(source), "the access token is empty or has characters that no token has, such as blanks or line breaks");
        }
    }

    private static MergeException Failed(Uri source, string reason) => new(DiagnosticCode.DownloadFailed, null, SourceName.Of(source), reason);
}
