namespace MergeKit.Engine.Diagnostics;

/// <summary>Finds what somebody who misspelt a name probably meant.</summary>
internal static class Suggestion
{
    /// <summary>Names longer than this are not misspelt ones.</summary>
    private const int LongestName = 64;

    /// <summary>A sentence for the end of a message, with a space before it; empty when no candidate is close.</summary>
    public static string Sentence(string name, IEnumerable<string> candidates) =>
        Closest(name, candidates) is { } closest ? $" Did you mean '{closest}'?" : "";

    /// <summary>The candidate with the fewest slips from <paramref name="name"/>, at most one in three letters; the first of equals.</summary>
    public static string? Closest(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        var lower = name.ToLowerInvariant();
        string? best = null;
        var bestDistance = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) < bestDistance
                && Distance(lower, candidate.ToLowerInvariant()) is var distance
                && distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>
    /// Damerau-Levenshtein distance in its optimal-string-alignment form: insertions, deletions, replacements and swaps of neighbours.
    /// </summary>
    internal static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                table[i, j] = i == 0 || j == 0 ? i + j : Step(i, j);
            }
        }

        return table[a.Length, b.Length];

        int Step(int i, int j)
        {
            var replaced = table[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            var shortest = Math.Min(replaced, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
            var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            return isSwap ? Math.Min(shortest, table[i - 2, j - 2] + 1) : shortest;
        }
    }
}
