using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>What System.Text.Json leaves to its callers: unreadable strings, messages fit for a diagnostic, and one way to write documents.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>A document as files of model folders have it: indented, with a line feed at the end of every line on any system.</summary>
    public static string Write(JsonNode document) => document.ToJsonString(Format) + "\n";

    /// <summary>Takes the current property name or string as text; null when its escapes leave half a surrogate pair.</summary>
    public static string? Read(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What is wrong, in one line, without the position that the parser appends.</summary>
    public static string Reason(JsonException exception)
    {
        var message = exception.Message;
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return DisplayText.Of((end < 0 ? message : message[..end]).TrimEnd('.'));
    }
}
