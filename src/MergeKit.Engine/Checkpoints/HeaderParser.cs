using System.Text.Json;
using System.Text.Unicode;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Parses the JSON of a safetensors header: strict, and allocating no more than a small multiple of its size.</summary>
internal static class HeaderParser
{
    /// <summary>A header has objects in an object, and arrays in those.</summary>
    private const int MaximumDepth = 8;

    /// <summary>Parses a header.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header without its length prefix.</param>
    /// <exception cref="MergeException">The header is not what the format asks for.</exception>
    public static HeaderContent Parse(string path, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            throw Invalid(path, 0, "'{'", json.IsEmpty ? "nothing" : $"byte 0x{json[0]:x2}");
        }

        if (!Utf8.IsValid(json))
        {
            throw Invalid(path, 0, "UTF-8 text", "bytes that are not UTF-8");
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        try
        {
            return ReadHeader(path, ref reader);
        }
        catch (JsonException exception)
        {
            throw Invalid(path, reader.BytesConsumed, "strict JSON", JsonText.Reason(exception), exception);
        }
    }

    private static HeaderContent ReadHeader(string path, ref Utf8JsonReader reader)
    {
        var entries = new List<HeaderEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, string>? metadata = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(path, ref reader);
            if (!names.Add(name))
            {
                throw new MergeException(DiagnosticCode.SafetensorsDuplicateTensor, null, path, DisplayText.Of(name));
            }

            reader.Read();
            if (name == SafetensorsFormat.MetadataKey)
            {
                metadata = ReadMetadata(path, ref reader);
            }
            else
            {
                TensorLimits.RequireName(path, name);
                entries.Add(HeaderEntryParser.Parse(path, name, ref reader));
                TensorLimits.RequireCount(path, entries.Count);
            }
        }

        // Anything but white space after the closing brace makes the reader throw here.
        reader.Read();
        return new HeaderContent(entries, metadata);
    }

    private static Dictionary<string, string> ReadMetadata(string path, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw InvalidMetadata(path, $"a value of type {reader.TokenType}");
        }

        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = ReadText(path, ref reader);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw InvalidMetadata(path, $"a value of type {reader.TokenType} for '{DisplayText.Of(key)}'");
            }

            if (!metadata.TryAdd(key, ReadText(path, ref reader)))
            {
                throw InvalidMetadata(path, $"'{DisplayText.Of(key)}' twice");
            }
        }

        return metadata;
    }

    private static string ReadText(string path, ref Utf8JsonReader reader) =>
        JsonText.Read(ref reader) ?? throw Invalid(path, reader.TokenStartIndex, "Unicode text", "an unpaired surrogate escape");

    private static MergeException InvalidMetadata(string path, string found) =>
        new(DiagnosticCode.SafetensorsEntryInvalid, null, path, SafetensorsFormat.MetadataKey, "an object that maps every key, named once, to a string", found);

    private static MergeException Invalid(string path, long headerOffset, string expected, string found, JsonException? inner = null)
    {
        var diagnostic = Diagnostic.Error(
            DiagnosticCode.SafetensorsHeaderInvalid, null, path, SafetensorsFormat.PrefixSize + headerOffset, expected, found);
        return new MergeException([diagnostic], inner);
    }
}
