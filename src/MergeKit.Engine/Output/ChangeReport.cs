using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>Says in words why tensors are computed: what changed in the things they depend on.</summary>
internal static class ChangeReport
{
    /// <summary>Differences that are told; the others are counted.</summary>
    private const int Told = 3;

    /// <summary>The reason for computing tensors.</summary>
    /// <param name="tensors">The tensors that are computed.</param>
    /// <param name="former">The model of the last merge.</param>
    public static string Of(IReadOnlyList<TensorWork> tensors, FormerModel former)
    {
        if (!former.IsRecorded || tensors.Count == 0)
        {
            return tensors.Count == 0 ? "" : "not merged before";
        }

        var changes = tensors.SelectMany(tensor => Changes(tensor, former)).GroupBy(change => change.Subject, StringComparer.Ordinal)
            .Select(group => Describe([.. group], tensors.Count))
            .OrderByDescending(change => change.Count).ThenBy(change => change.Text, StringComparer.Ordinal).Select(change => change.Text).ToList();
        return string.Join("; ", changes.Take(Told)) + (changes.Count > Told ? $"; {changes.Count - Told} more" : "");
    }

    private static IEnumerable<Change> Changes(TensorWork tensor, FormerModel former)
    {
        if (former.FingerprintOf(tensor.Tensor.Name) is not { } before)
        {
            return [new Change("new tensors", null, null)];
        }

        if (before.Hash == tensor.Fingerprint.Hash)
        {
            return [new Change("files of the model are missing or changed", null, null)];
        }

        var (old, now) = (before.Parts.ToDictionary(part => part.Kind, StringComparer.Ordinal), tensor.Fingerprint.Parts.ToDictionary(part => part.Kind, StringComparer.Ordinal));
        return old.Keys.Union(now.Keys).Where(kind => old.GetValueOrDefault(kind)?.Value != now.GetValueOrDefault(kind)?.Value)
            .Select(kind => Compare(old.GetValueOrDefault(kind), now.GetValueOrDefault(kind)));
    }

    private static Change Compare(FingerprintPart? before, FingerprintPart? now) => (before, now) switch
    {
        (null, { } added) when added.IsContent => new($"{added.Subject} added", null, null),
        ({ } removed, null) when removed.IsContent => new($"{removed.Subject} removed", null, null),
        _ when (now ?? before)!.IsContent => new($"{now!.Subject} changed", null, null),
        _ => new((now ?? before)!.Subject, before?.Value ?? now!.Absence, now?.Value ?? before!.Absence),
    };

    private static (string Text, int Count) Describe(List<Change> changes, int tensors)
    {
        var values = changes.Select(change => (change.Before, change.Now)).Distinct().ToList();
        var text = values switch
        {
            [(null, null)] => changes[0].Subject,
            [var (before, now)] => $"{changes[0].Subject} {before} → {now}",
            _ => $"{changes[0].Subject} changed",
        };
        return (changes.Count < tensors ? $"{text} (in {changes.Count})" : text, changes.Count);
    }

    private sealed record Change(string Subject, string? Before, string? Now);
}
