using System.Text;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>A reply of a <see cref="LoopbackServer"/>, faithful or not.</summary>
internal sealed class ServedReply
{
    public int Status { get; init; } = 200;

    public byte[] Body { get; init; } = [];

    /// <summary>Header lines besides Content-Length.</summary>
    public List<string> Headers { get; init; } = [];

    /// <summary>What Content-Length says; null: the truth; -1: nothing.</summary>
    public long? ClaimedLength { get; init; }

    /// <summary>Bytes of the body that are sent; null: all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Whether the connection stays open after that until the server ends.</summary>
    public bool Hangs { get; init; }

    /// <summary>A reply without content.</summary>
    public static ServedReply Of(int status, params string[] headers) => new() { Status = status, Headers = [.. headers] };

    /// <summary>A file as web servers give it: with a tag, whole or from where the request asks.</summary>
    public static ServedReply File(ServedRequest request, byte[] content, string? tag = "\"v1\"", int? cutAfter = null, bool hangs = false)
    {
        var ranged = request["Range"] is not null && (request["If-Range"] is not { } condition || condition == tag);
        var start = ranged ? request.RangeStart : 0;
        List<string> headers = tag is null ? [] : [$"ETag: {tag}"];
        if (ranged)
        {
            headers.Add(start < content.Length ? $"Content-Range: bytes {start}-{content.Length - 1}/{content.Length}" : $"Content-Range: bytes */{content.Length}");
        }

        var body = content[Math.Min(start, content.Length)..];
        return new ServedReply { Status = !ranged ? 200 : body.Length > 0 ? 206 : 416, Body = body, Headers = headers, CutAfter = cutAfter, Hangs = hangs };
    }

    /// <summary>The reply's head as it goes over the line.</summary>
    public byte[] Head()
    {
        var lines = new List<string>([$"HTTP/1.1 {Status} Whatever", "Connection: close", .. Headers]);
        if (ClaimedLength != -1)
        {
            lines.Add($"Content-Length: {ClaimedLength ?? Body.Length}");
        }

        return Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n");
    }
}
