using System.Text.Json.Serialization;

namespace MergeKit.Engine.Output;

/// <summary>Reads back which files a provenance speaks of.</summary>
internal static class ProvenanceSubjects
{
    /// <summary>SHA-256 digests by file name.</summary>
    /// <exception cref="FormatException">The file is not a statement as <see cref="Provenance.Write"/> makes them; the message says why, in words that follow "it".</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string path)
    {
        var statement = RecordFile.Read<Statement>(path);
        if (statement.Type != Provenance.StatementType || statement.PredicateType != Provenance.PredicateType)
        {
            throw new FormatException("is not an in-toto statement with a SLSA provenance");
        }

        var subjects = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var subject in statement.Subject)
        {
            if (subject is null || !subjects.TryAdd(subject.Name, subject.Digest.GetValueOrDefault("sha256")))
            {
                throw new FormatException("has a subject without a name, or one of them twice");
            }
        }

        return subjects;
    }

    private sealed record Statement([property: JsonPropertyName("_type")] string Type, string PredicateType, IReadOnlyList<Resource?> Subject);

    private sealed record Resource(string Name, Dictionary<string, string?> Digest);
}
