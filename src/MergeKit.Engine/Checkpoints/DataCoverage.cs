using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>The rule that the tensors of a safetensors file cover its data exactly: no overlaps, no gaps, to the last byte.</summary>
internal static class DataCoverage
{
    /// <summary>Puts entries into the order of their data and checks the rule.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="entries">The header's entries, each checked by itself.</param>
    /// <param name="dataLength">Bytes of the file after the header.</param>
    /// <exception cref="MergeException">The rule is broken.</exception>
    public static void SortAndCheck(string path, List<HeaderEntry> entries, long dataLength)
    {
        entries.Sort(static (a, b) => (a.Begin, a.End) != (b.Begin, b.End)
            ? (a.Begin, a.End).CompareTo((b.Begin, b.End))
            : string.CompareOrdinal(a.Name, b.Name));
        HeaderEntry? previous = null;
        foreach (var entry in entries)
        {
            RequireAdjacent(path, previous, entry);
            if (entry.End > dataLength)
            {
                throw new MergeException(DiagnosticCode.SafetensorsDataCut, null, path, DisplayText.Of(entry.Name), entry.End, dataLength);
            }

            previous = entry;
        }

        if ((previous?.End ?? 0) != dataLength)
        {
            throw new MergeException(DiagnosticCode.SafetensorsTrailingData, null, path, previous?.End ?? 0, dataLength);
        }
    }

    private static void RequireAdjacent(string path, HeaderEntry? previous, HeaderEntry entry)
    {
        var expected = previous?.End ?? 0;
        if (entry.Begin < expected)
        {
            throw new MergeException(
                DiagnosticCode.TensorsOverlap, null, path, DisplayText.Of(previous!.Name), DisplayText.Of(entry.Name), expected, entry.Begin);
        }

        if (entry.Begin > expected)
        {
            throw new MergeException(DiagnosticCode.TensorDataGap, null, path, DisplayText.Of(entry.Name), expected, entry.Begin);
        }
    }
}
