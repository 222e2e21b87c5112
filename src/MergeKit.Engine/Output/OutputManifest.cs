using System.Text.Json;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Output;

/// <summary>The list of files that a merge wrote into a model folder, kept in the folder: what may be replaced or cleaned.</summary>
internal static class OutputManifest
{
    public const string FileName = "mergekit_manifest.json";

    /// <summary>The manifest's text.</summary>
    public static string Write(string fingerprint, IEnumerable<string> files) =>
        JsonText.Write(new Content(fingerprint, [.. files.Append(FileName).Order(StringComparer.Ordinal)]));

    /// <summary>The files that the manifest of a folder names; empty if there is none that can be read.</summary>
    public static IReadOnlySet<string> Read(string folder)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllBytes(Path.Combine(folder, FileName)));
            return content?.Files?.ToHashSet(StringComparer.Ordinal) ?? [];
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return new HashSet<string>();
        }
    }

    private sealed record Content(string Fingerprint, string[] Files);
}
