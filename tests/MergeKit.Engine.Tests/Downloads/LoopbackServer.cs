using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>A web server on the loopback interface that can misbehave: replies are whatever the test makes of a request and its number.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Func<ServedRequest, int, ServedReply> answer;
    private readonly CancellationTokenSource ending = new();
    private readonly Lock exclusive = new();
    private readonly List<ServedRequest> requests = [];

    public LoopbackServer(Func<ServedRequest, int, ServedReply> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>The requests so far, in order.</summary>
    public IReadOnlyList<ServedRequest> Requests
    {
        get
        {
            lock (exclusive)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>The ranges asked for so far; null for a request of the whole.</summary>
    public IEnumerable<string?> Ranges => Requests.Select(request => request["Range"]);

    public Uri Address(string path = "/model.safetensors") => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}");

    /// <summary>Takes no more connections.</summary>
    public void Stop() => listener.Stop();

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using var client = connection;
        var token = ending.Token;
        try
        {
            var stream = client.GetStream();
            var request = await ReadAsync(stream, token);
            int number;
            lock (exclusive)
            {
                number = requests.Count;
                requests.Add(request);
            }

            var reply = answer(request, number);
            await stream.WriteAsync(reply.Head(), token);
            var length = request.Method == "HEAD" ? 0 : reply.CutAfter ?? reply.Body.Length;
            await stream.WriteAsync(reply.Body.AsMemory(0, length), token);
            if (reply.Hangs)
            {
                await Task.Delay(Timeout.Infinite, token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
        }
    }

    private static async Task<ServedRequest> ReadAsync(NetworkStream stream, CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, false, 4096, leaveOpen: true);
        var first = (await reader.ReadLineAsync(cancellation) ?? throw new IOException("no request")).Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new ServedRequest(first[0], first[1], headers);
    }
}
