using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>Compares a model folder with what its manifest and provenance say it holds. Trusts neither of them, and reads nothing outside.</summary>
internal static class ModelVerifier
{
    /// <summary>Names in a message; the others are only counted.</summary>
    private const int NamesShown = 5;

    /// <summary>Reads every file of a folder; reports everything that is wrong.</summary>
    public static VerificationResult Verify(string folder, int threads, CancellationToken cancellation)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        try
        {
            var files = OutputManifest.Load(full).Files;
            var found = new Diagnostic?[files.Count];
            WorkerThreads.Run(Math.Min(threads, files.Count), files.Count, (_, i) => found[i] = FileCheck.Run(full, files[(int)i], cancellation));
            return new VerificationResult(
                full,
                files.Count + 1,
                files.Where((_, i) => found[i] is null).Sum(file => file.Size),
                [.. found.OfType<Diagnostic>(), .. FindAdded(full, files), .. CompareProvenance(full, files, found)]);
        }
        catch (MergeException e)
        {
            var manifest = new SourcePosition(Path.Combine(full, OutputManifest.FileName), 0, 0);
            return new VerificationResult(full, 0, 0, [.. e.Diagnostics.Select(diagnostic => diagnostic with { Position = manifest })]);
        }
    }

    private static IEnumerable<Diagnostic> FindAdded(string folder, IReadOnlyList<FileDigest> files)
    {
        var known = files.Select(file => file.Name).Append(OutputManifest.FileName).ToHashSet(StringComparer.Ordinal);
        var entries = FileErrors.WhenReading(folder, () => Directory.GetFileSystemEntries(folder));
        return entries.Where(entry => !known.Contains(Path.GetFileName(entry))).Order(StringComparer.Ordinal)
            .Select(entry => Diagnostic.Error(DiagnosticCode.ModelFileAdded, new SourcePosition(entry, 0, 0), entry));
    }

    /// <summary>A provenance that is changed or missing is reported as a file; here it is about one that agrees with the manifest itself.</summary>
    private static IEnumerable<Diagnostic> CompareProvenance(string folder, IReadOnlyList<FileDigest> files, Diagnostic?[] found)
    {
        var path = Path.Combine(folder, Provenance.FileName);
        var own = files.Index().FirstOrDefault(file => file.Item.Name == Provenance.FileName);
        var mistake = own.Item is null ? "is not in the manifest" : found[own.Index] is null ? CompareSubjects(path, files) : null;
        return mistake is null ? [] : [Diagnostic.Error(DiagnosticCode.ProvenanceDisagrees, new SourcePosition(path, 0, 0), path, mistake)];
    }

    private static string? CompareSubjects(string path, IReadOnlyList<FileDigest> files)
    {
        try
        {
            var subjects = FileErrors.WhenReading(path, () => ProvenanceSubjects.Read(path));
            var listed = files.Where(file => file.Name != Provenance.FileName).ToDictionary(file => file.Name, file => file.Sha256, StringComparer.Ordinal);
            var names = listed.Keys.Union(subjects.Keys, StringComparer.Ordinal)
                .Where(name => !listed.TryGetValue(name, out var digest) || !subjects.TryGetValue(name, out var subject) || digest != subject)
                .Order(StringComparer.Ordinal).Select(name => DisplayText.Of(name, DisplayText.Short)).ToList();
            return names.Count == 0 ? null : $"has other digests of {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", ..." : "")}";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
