using System.Net.Http.Headers;
using System.Security.Authentication;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>The connection pool of all downloads, and what its failures mean.</summary>
internal static class Transport
{
    private static readonly Lazy<HttpClient> SharedClient = new(() => CreateClient(CreateHandler()));

    /// <summary>The one client of this process.</summary>
    public static HttpClient Shared => SharedClient.Value;

    /// <summary>
    /// Proxies are those of the environment. Redirects are followed by <see cref="RedirectingClient"/>, and cookies dropped: nothing that one
    /// server said reaches another.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
    };

    /// <summary>A client without an overall timeout: large files take long, and <see cref="StallGuard"/> sees to those that never end.</summary>
    public static HttpClient CreateClient(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("MergeKit.Build", EngineVersion.Product));
        // Sizes, ranges and digests are those of the file, not of a compressed form.
        client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        return client;
    }

    /// <summary>Whether a failure of reading is one of the line or of the server, which may be gone at the next try.</summary>
    public static bool IsTransient(Exception exception) =>
        exception is IOException or OperationCanceledException
        || exception is HttpRequestException { InnerException: not AuthenticationException };

    /// <summary>Why such a failure came about, as a part of a sentence; without what a server said, which may repeat what it was sent.</summary>
    public static string ReasonOf(Exception exception)
    {
        var kind = (exception.GetBaseException() as HttpIOException)?.HttpRequestError ?? (exception as HttpRequestException)?.HttpRequestError;
        return kind switch
        {
            HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError => SystemText(exception),
            HttpRequestError.SecureConnectionError or HttpRequestError.Unknown or null => SystemText(exception.GetBaseException()),
            HttpRequestError.ResponseEnded => "the server closed the connection too early",
            HttpRequestError.InvalidResponse => "the server's reply is not valid HTTP",
            _ => $"the exchange with the server failed ({kind})",
        };
    }

    private static string SystemText(Exception exception) => DisplayText.Of(exception.Message.TrimEnd('.'));
}
