using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>A web server that speaks the Hugging Face hub's API, and a second one to which it sends those who want large files.</summary>
internal sealed class HubServer : IDisposable
{
    private readonly Dictionary<string, HostedModel> models = new(StringComparer.Ordinal);
    private readonly LoopbackServer hub;
    private readonly LoopbackServer store;

    public HubServer()
    {
        hub = new LoopbackServer((request, _) => Misbehave?.Invoke(request) ?? Answer(request));
        store = new LoopbackServer((request, _) => Misbehave?.Invoke(request) ?? Content(request));
    }

    /// <summary>Replies in place of the faithful ones, of both servers; null for those.</summary>
    public Func<ServedRequest, ServedReply?>? Misbehave { get; set; }

    /// <summary>What <c>HF_ENDPOINT</c> should be.</summary>
    public string Endpoint => hub.Address("").ToString().TrimEnd('/');

    /// <summary>Requests to the hub itself.</summary>
    public IReadOnlyList<ServedRequest> Requests => hub.Requests;

    /// <summary>Requests to the server with the large files.</summary>
    public IReadOnlyList<ServedRequest> StoreRequests => store.Requests;

    /// <summary>Names of the files whose content was sent, each as often as it was.</summary>
    public IEnumerable<string> Downloads => Requests.Where(request => request.Method == "GET" && request.Target.Contains("/resolve/", StringComparison.Ordinal)).Select(request => request.Target.Split('/')[^1]).Order(StringComparer.Ordinal);

    public HostedModel Add(string name) => models[name] = new HostedModel();

    /// <summary>The name that git gives some content.</summary>
#pragma warning disable CA5350 // git's names are of SHA-1.
    public static string GitBlob(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));
#pragma warning restore CA5350

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose()
    {
        hub.Dispose();
        store.Dispose();
    }

    private ServedReply Answer(ServedRequest request)
    {
        var isApi = request.Target.StartsWith("/api/models/", StringComparison.Ordinal);
        var parts = (isApi ? request.Target["/api/models/".Length..] : request.Target[1..]).Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (!models.TryGetValue($"{parts[0]}/{parts[1]}", out var model) || (model.IsPrivate && request["Authorization"] is null))
        {
            return ServedReply.Of(request["Authorization"] is null ? 401 : 404, "X-Error-Code: RepoNotFound");
        }

        return model.CommitOf(parts[3]) is not { } commit ? ServedReply.Of(404, "X-Error-Code: RevisionNotFound")
            : isApi ? Describe(model, commit)
            : model.IsGated && request["Authorization"] is null ? ServedReply.Of(401, "X-Error-Code: GatedRepo")
            : File(model, commit, parts[4]);
    }

    private static ServedReply Describe(HostedModel model, string commit) => new()
    {
        Headers = ["Content-Type: application/json"],
        Body = JsonSerializer.SerializeToUtf8Bytes(new { sha = commit, siblings = model.Files.Keys.Select(file => new { rfilename = file }) }),
    };

    private ServedReply File(HostedModel model, string commit, string name) => !model.Files.TryGetValue(name, out var file)
        ? ServedReply.Of(404, "X-Error-Code: EntryNotFound")
        : HostedModel.IsLarge(name)
        ? ServedReply.Of(
            302, $"X-Repo-Commit: {commit}", $"X-Linked-Etag: \"{Sha256(file)}\"", $"X-Linked-Size: {file.Length}", "ETag: \"pointer\"",
            $"Location: {store.Address($"/{Sha256(file)}?signature=s3cret")}")
        : new ServedReply { Headers = [$"X-Repo-Commit: {commit}", $"ETag: \"{GitBlob(file)}\""], Body = file };

    private ServedReply Content(ServedRequest request)
    {
        var digest = request.Target[1..].Split('?')[0];
        return models.Values.SelectMany(model => model.Files.Values).FirstOrDefault(file => Sha256(file) == digest) is { } content
            ? ServedReply.File(request, content, $"\"{digest[..8]}\"")
            : ServedReply.Of(404);
    }
}
