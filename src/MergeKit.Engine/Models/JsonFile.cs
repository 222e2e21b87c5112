using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>Reads the JSON files of model folders, which may come from anywhere: strict syntax, capped size and depth.</summary>
internal static class JsonFile
{
    /// <summary>Deeper documents are no configuration, but an attempt to exhaust the stack.</summary>
    public const int MaximumDepth = 64;

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };

    /// <summary>Reads a file whose outermost value is an object; the texts of numbers and the order of keys are kept.</summary>
    /// <exception cref="MergeException">The file cannot be read, is larger than <paramref name="maximumSize"/> bytes, or is not a JSON object.</exception>
    public static JsonObject ReadObject(string path, int maximumSize) => ParseObject(path, ReadBytes(path, maximumSize));

    /// <summary>Takes the bytes of a file whose outermost value is an object.</summary>
    /// <exception cref="MergeException">They are not a JSON object.</exception>
    public static JsonObject ParseObject(string path, byte[] text)
    {
        try
        {
            RequireUtf8(path, text);
            text = PythonNumbers.Quote(text);
            RequireReadableStrings(path, text);
            return JsonNode.Parse(text, null, DocumentOptions) as JsonObject
                ?? throw new MergeException(DiagnosticCode.JsonInvalid, null, path, 1, 1, "expected an object ('{'), found another value");
        }
        catch (JsonException exception)
        {
            throw new MergeException(
                exception,
                DiagnosticCode.JsonInvalid,
                null,
                path,
                (exception.LineNumber ?? 0) + 1,
                (exception.BytePositionInLine ?? 0) + 1,
                JsonText.Reason(exception));
        }
    }

    private static byte[] ReadBytes(string path, int maximumSize) => FileErrors.WhenReading(path, () =>
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > maximumSize)
        {
            throw new MergeException(DiagnosticCode.JsonTooLarge, null, path, stream.Length, maximumSize);
        }

        var text = new byte[stream.Length];
        stream.ReadExactly(text);
        return text;
    });

    private static void RequireUtf8(string path, byte[] text)
    {
        if (!Utf8.IsValid(text))
        {
            throw new MergeException(DiagnosticCode.JsonInvalid, null, path, 1, 1, "the file is not UTF-8");
        }
    }

    /// <summary>The parser checks strings only when they are asked for; a bad one must be an error of the file, not of its reader.</summary>
    private static void RequireReadableStrings(string path, byte[] text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaximumDepth });
        while (reader.Read())
        {
            var isText = reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String;
            if (isText && reader.ValueIsEscaped && JsonText.Read(ref reader) is null)
            {
                var (line, column) = Position(text.AsSpan(0, (int)reader.TokenStartIndex));
                throw new MergeException(DiagnosticCode.JsonInvalid, null, path, line, column, "the string has an unpaired surrogate escape");
            }
        }
    }

    private static (int Line, int Column) Position(ReadOnlySpan<byte> before) =>
        (before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
}
