using System.Text.Json;
using System.Text.Json.Serialization;

namespace MergeKit.Engine.Devices;

/// <summary>Requests and messages as lines of text.</summary>
internal static class HostText
{
    /// <summary>What messages begin with, so that nothing that a library prints is taken for one.</summary>
    private const string Mark = "mergekit-host ";

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Write(HostRequest request) => JsonSerializer.Serialize(request, Options);

    public static HostRequest ReadRequest(string line) => JsonSerializer.Deserialize<HostRequest>(line, Options)!;

    public static string Write(HostMessage message) => Mark + JsonSerializer.Serialize(message, Options);

    /// <summary>Reads a line of a host's output.</summary>
    /// <returns>Null for a line that is no message.</returns>
    public static HostMessage? ReadMessage(string line)
    {
        try
        {
            return line.StartsWith(Mark, StringComparison.Ordinal) ? JsonSerializer.Deserialize<HostMessage>(line.AsSpan(Mark.Length), Options) : null;
        }
        catch (JsonException)
        {
            return null; // Something was printed into it; if it mattered, its lack is noticed.
        }
    }
}
