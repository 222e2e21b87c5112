using System.Text.Json;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Small JSON files of caches. The first line holds the version of the format and the digest of the rest, so that what another version wrote,
/// or what a power loss or a dying disk left, reads as nothing. Replaced at once, never in part.
/// </summary>
internal static class SealedFile
{
    /// <summary>How strictly records are read, so that what is missing in one of another version is noticed here.</summary>
    public static JsonSerializerOptions Strict { get; } = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static ReadOnlySpan<byte> Format => "mergekit-cache 1 "u8;

    /// <summary>Reads a file; null if there is none, or none that is whole and of this format.</summary>
    public static T? TryRead<T>(string path)
        where T : class
    {
        try
        {
            var bytes = File.ReadAllBytes(path).AsSpan();
            var start = Format.Length + Sha256Text.Length + 1;
            return bytes.Length > start && bytes[..start].SequenceEqual(FirstLine(bytes[start..])) ? JsonSerializer.Deserialize<T>(bytes[start..], Strict) : null;
        }
        catch (Exception exception) when (FileErrors.Is(exception) || exception is JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a file through a temporary one.</summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system forbids it.</exception>
    public static void Write<T>(string path, T content, TemporaryNames temporary)
        where T : class
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(content);
        var name = temporary.Next();
        try
        {
            using (var stream = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1))
            {
                stream.Write(FirstLine(json));
                stream.Write(json);
            }

            // The time of last use, by the clock that will read it.
            File.SetLastWriteTimeUtc(name, temporary.Now);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(name, path, overwrite: true);
        }
        catch
        {
            CacheFiles.TryDelete(name);
            throw;
        }
    }

    private static byte[] FirstLine(ReadOnlySpan<byte> json) => [.. Format, .. System.Text.Encoding.ASCII.GetBytes(Sha256Text.Of(json)), (byte)'\n'];
}
