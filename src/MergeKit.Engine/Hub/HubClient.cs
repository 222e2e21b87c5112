using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>Asks the hub what there is. Files themselves are downloaded as any others are.</summary>
internal sealed class HubClient
{
    private const int LongestReply = 32 << 20;
    private const int LongestTag = 128;

    private readonly RedirectingClient client;
    private readonly RetryPolicy retries;
    private readonly TimeProvider time;
    private readonly DownloadLimits limits;
    private readonly HubSettings settings;
    private readonly Uri endpoint;

    /// <summary>Creates a client; the access token is read now.</summary>
    /// <exception cref="MergeException">The hub's address is none, or the token cannot be read.</exception>
    public HubClient(HubSettings settings, HttpClient http, TimeProvider time, DownloadLimits limits)
    {
        this.settings = settings;
        this.time = time;
        this.limits = limits;
        client = new RedirectingClient(http, limits.Redirects);
        retries = new RetryPolicy(limits, time);
        endpoint = Uri.TryCreate(settings.Endpoint + "/", UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new MergeException(DiagnosticCode.HubNotUsable, null, ServerOf(settings), "that is no http or https address");
        Token = settings.ReadToken();
    }

    /// <summary>The access token; null for none.</summary>
    public string? Token { get; }

    /// <summary>The hub's address for a message, without what may be secret in it.</summary>
    public static string ServerOf(HubSettings settings) =>
        Uri.TryCreate(settings.Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? SourceName.Of(address).TrimEnd('/') : "the address in HF_ENDPOINT";

    /// <summary>The address of a file.</summary>
    public Uri AddressOf(string name, string commit, string file) => new(endpoint, $"{name}/resolve/{commit}/{Uri.EscapeDataString(file)}");

    /// <summary>Asks for a repository's commit and files.</summary>
    /// <param name="name">The repository, <c>organisation/model</c>.</param>
    /// <param name="revision">Branch, tag or commit; null for the default branch.</param>
    /// <param name="observer">Is told of retries.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="MergeException">There is no such repository or revision, it is not given to this user, or the hub cannot be asked.</exception>
    public async Task<HubModel> FindAsync(string name, string? revision, IDownloadObserver? observer, CancellationToken cancellation)
    {
        var address = new Uri(endpoint, $"api/models/{name}/revision/{Uri.EscapeDataString(revision ?? HubRepository.DefaultRevision)}");
        var refusal = new HubRefusal(settings, name, revision, Token is not null);
        var reply = await RunAsync(address, async guard =>
        {
            using var response = await guard.WaitFor(client.SendAsync(HttpMethod.Get, address, Token, null, guard.Token));
            refusal.ThrowIfRefused(response, isFile: false);
            HttpStatus.ThrowIfFailed(response, address, time.GetUtcNow());
            return await guard.WaitFor(ReadAsync(response, guard.Token));
        }, observer, cancellation);
        return ModelIn(reply) ?? throw NotUsable($"its reply about {name} does not name a commit and files");
    }

    /// <summary>Asks for a file's tag and size.</summary>
    /// <param name="name">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">Name of the file.</param>
    /// <param name="observer">Is told of retries.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="MergeException">There is no such file, it is not given to this user, or the hub cannot be asked.</exception>
    public Task<HubFile> InspectAsync(string name, string commit, string file, IDownloadObserver? observer, CancellationToken cancellation)
    {
        var address = AddressOf(name, commit, file);
        var refusal = new HubRefusal(settings, name, null, Token is not null);
        return RunAsync(address, async guard =>
        {
            using var response = await guard.WaitFor(client.SendAsync(HttpMethod.Head, address, Token, null, guard.Token, IsLinked));
            refusal.ThrowIfRefused(response, isFile: true);
            if (!IsLinked(response))
            {
                HttpStatus.ThrowIfFailed(response, address, time.GetUtcNow());
            }

            return FileOf(response, file, commit);
        }, observer, cancellation);
    }

    /// <summary>Where large files are is told by a redirect, which says what they are, too.</summary>
    private static bool IsLinked(HttpResponseMessage response) => response.StatusCode < HttpStatusCode.BadRequest && response.Headers.Contains("X-Linked-Etag");

    private HubFile FileOf(HttpResponseMessage response, string file, string commit)
    {
        if (Header(response, "X-Repo-Commit") is { } found && found != commit)
        {
            throw NotUsable($"it gives file {file} of another commit than {commit}");
        }

        var tag = (Header(response, "X-Linked-Etag") ?? Header(response, "ETag"))?.Trim();
        tag = tag?.StartsWith("W/", StringComparison.Ordinal) == true ? tag[2..] : tag;
        tag = tag?.Trim('"');
        if (tag is null or { Length: 0 or > LongestTag } || tag[0] == '.' || !tag.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.'))
        {
            throw NotUsable($"it gives no usable tag for file {file}");
        }

        var size = long.TryParse(Header(response, "X-Linked-Size"), out var linked) ? linked
            : response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength
            : null;
        return new HubFile(file, tag, size);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var content = await response.Content.ReadAsStreamAsync(cancellation);
        using var reply = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await content.ReadAsync(buffer, cancellation)) > 0;)
        {
            reply.Write(buffer, 0, read);
            if (reply.Length > LongestReply)
            {
                throw NotUsable($"its reply has more than {LongestReply} bytes");
            }
        }

        return reply.ToArray();
    }

    private static HubModel? ModelIn(byte[] reply)
    {
        try
        {
            return JsonNode.Parse(reply) is JsonObject model && Text(model["sha"]) is { } commit && HubCommit.Is(commit) && model["siblings"] is JsonArray files
                ? new HubModel(commit, [.. files.Select(file => Text((file as JsonObject)?["rfilename"])).OfType<string>().Where(HubFiles.IsAtRoot)])
                : null;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            // Broken syntax; a key given twice; half of a surrogate pair.
            return null;
        }

        static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }

    private Task<T> RunAsync<T>(Uri address, Func<StallGuard, Task<T>> ask, IDownloadObserver? observer, CancellationToken cancellation) => retries.RunAsync(
        address,
        async token =>
        {
            using var guard = new StallGuard(limits.Stall, time, token);
            return await ask(guard);
        },
        () => 0,
        (failure, delay) => observer?.Retrying(SourceName.Of(address), failure.Message, delay),
        cancellation);

    private MergeException NotUsable(string why) => new(DiagnosticCode.HubNotUsable, null, ServerOf(settings), why);
}
