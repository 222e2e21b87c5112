using System.Text.Json;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Output;

/// <summary>
/// The list of files that a merge wrote into a model folder, with their digests, kept in the folder: what may be replaced or cleaned, and
/// what a verification compares with.
/// </summary>
/// <param name="Fingerprint">The model's fingerprint.</param>
/// <param name="Files">Every file of the folder but the manifest itself, in ordinal order of the names.</param>
internal sealed record OutputManifest(string Fingerprint, IReadOnlyList<FileDigest> Files)
{
    /// <summary>The manifest's own name.</summary>
    public const string FileName = "mergekit_manifest.json";

    /// <summary>The manifest's text.</summary>
    public static string Write(string fingerprint, IEnumerable<FileDigest> files)
    {
        var manifest = new OutputManifest(fingerprint, [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)]);
        return JsonText.Write(JsonSerializer.SerializeToNode(manifest, RecordFile.Options)!);
    }

    /// <summary>The files of a folder that a merge wrote, the manifest among them; empty if there is no manifest that can be believed.</summary>
    public static IReadOnlySet<string> Read(string folder)
    {
        try
        {
            return Load(folder).Files.Select(file => file.Name).Append(FileName).ToHashSet(StringComparer.Ordinal);
        }
        catch (MergeException)
        {
            return new HashSet<string>();
        }
    }

    /// <summary>The manifest of a folder. Its names are names of files in the folder, each there once.</summary>
    /// <exception cref="MergeException">There is none, it cannot be read, or it is not one.</exception>
    public static OutputManifest Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new MergeException(DiagnosticCode.ManifestMissing, null, path);
        }

        try
        {
            var manifest = FileErrors.WhenReading(path, () => RecordFile.Read<OutputManifest>(path));
            return FindMistake(manifest.Files) is { } mistake ? throw new FormatException(mistake) : manifest;
        }
        catch (FormatException e)
        {
            throw new MergeException(e, DiagnosticCode.ManifestInvalid, null, path, e.Message);
        }
    }

    private static string? FindMistake(IReadOnlyList<FileDigest?> files)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { FileName };
        foreach (var file in files)
        {
            var name = DisplayText.Of(file?.Name ?? "", DisplayText.Short);
            if (file is null || !IsFileName(file.Name))
            {
                return $"lists '{name}', which is not a name of a file in the folder";
            }

            if (!names.Add(file.Name))
            {
                return $"lists '{name}' where it must not, or twice";
            }

            if (file.Size < 0 || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower))
            {
                return $"has no size or SHA-256 digest of '{name}'";
            }
        }

        return null;
    }

    /// <summary>Whether a name stays in its folder on every system: no path, no drive, no stream.</summary>
    private static bool IsFileName(string name) =>
        name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':']) < 0 && !name.Any(char.IsControl);
}
