using System.Globalization;
using System.Text.Json;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>Reads the JSON files that a merge wrote about itself; they are as untrusted as the folder they stand in.</summary>
internal static class RecordFile
{
    private const long MaximumSize = 64 << 20;

    /// <summary>The names of properties, and how strictly they are read. Properties that are not known are left to newer versions.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is not such a file; the message says why, in words that follow "it".</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static T Read<T>(string path)
        where T : class
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            throw new FormatException("is a link, which may lead out of the folder");
        }

        // Pipes and devices say that they are empty; opening one could take forever.
        if (file.Length is 0 or > MaximumSize)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"has {file.Length} bytes"));
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Options) ?? throw new FormatException("is empty");
        }
        catch (JsonException e)
        {
            var where = DisplayText.Of(e.Path ?? "$", DisplayText.Short);
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"is not as a merge writes it (line {e.LineNumber + 1 ?? 1}, at {where})"), e);
        }
    }
}
