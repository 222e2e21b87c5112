using System.Text.Json;
using System.Text.Json.Serialization;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Downloads;

/// <summary>What the source said about the file of which a partial one is the beginning; kept beside it.</summary>
/// <param name="ETag">The source's name for this version; null if it gave none.</param>
/// <param name="Total">Bytes of the whole; null if it did not say.</param>
internal sealed record PartialVersion(string? ETag, long? Total)
{
    /// <summary>Far more than a tag takes.</summary>
    private const int MaximumBytes = 1 << 16;

    /// <summary>Nothing is known.</summary>
    public static PartialVersion Unknown { get; } = new(null, null);

    /// <summary>The tag if it stands for the same bytes; weak ones (<c>W/"..."</c>) stand for much the same.</summary>
    [JsonIgnore]
    public string? StrongETag => ETag is { Length: >= 2 } tag && tag[0] == '"' ? tag : null;

    /// <summary>Reads what was kept; a kill may have left nothing, or half of it.</summary>
    public static PartialVersion Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: < MaximumBytes }
                ? JsonSerializer.Deserialize<PartialVersion>(File.ReadAllText(path)) ?? Unknown
                : Unknown;
        }
        catch (Exception exception) when (exception is JsonException || FileErrors.Is(exception))
        {
            return Unknown;
        }
    }

    /// <summary>Keeps it for the download that continues this one.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this));
}
