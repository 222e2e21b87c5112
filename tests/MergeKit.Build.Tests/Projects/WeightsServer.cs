using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Build.Tests.Projects;

/// <summary>A private web server for the weights of packages, below <c>/weights</c>.</summary>
internal sealed class WeightsServer : IDisposable
{
    private readonly LoopbackServer server;
    private int seen;

    public WeightsServer() => server = new LoopbackServer((request, _) => Answer(request));

    /// <summary>The folder whose files it gives; what was to be uploaded.</summary>
    public string Folder { get; set; } = "";

    /// <summary>What it answers for a file that is there, if not the file.</summary>
    public Func<ServedRequest, byte[], ServedReply?>? Misbehave { get; set; }

    /// <summary>The location as projects give it.</summary>
    public string Address => server.Address("/weights").ToString();

    /// <summary>Requests since this was last asked: the file's name and the range.</summary>
    public IReadOnlyList<(string File, string? Range)> TakeRequests()
    {
        var all = server.Requests;
        var taken = all.Skip(seen).Select(request => (Path.GetFileName(request.Target), request["Range"])).Order().ToList();
        seen = all.Count;
        return taken;
    }

    public void Dispose() => server.Dispose();

    private ServedReply Answer(ServedRequest request)
    {
        if (request["Authorization"] != $"Bearer {TestFeed.WeightsToken}")
            return ServedReply.Of(401);

        var path = Path.Combine(Folder, Uri.UnescapeDataString(request.Target["/weights/".Length..]));
        if (!File.Exists(path))
            return ServedReply.Of(404);

        var content = File.ReadAllBytes(path);
        return Misbehave?.Invoke(request, content) ?? ServedReply.File(request, content);
    }
}
