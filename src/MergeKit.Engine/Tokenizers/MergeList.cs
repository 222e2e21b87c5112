using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Reads the merges of byte-pair encoding in each of their forms.</summary>
internal static class MergeList
{
    /// <summary>
    /// Twice as many as the largest tokenizers have. A hostile file can have tens of millions, so lists end here, or one beyond, for the reader
    /// to see that there are more.
    /// </summary>
    public const int Maximum = 1 << 21;

    /// <summary>Takes a list of pairs, or of texts with a blank between the two parts; null if it has anything else, or both.</summary>
    public static IReadOnlyList<(string Left, string Right)>? Of(JsonNode? node)
    {
        if (node is not JsonArray list)
        {
            return null;
        }

        var asTexts = list.Count > 0 && list[0] is JsonValue;
        return Take(list, entry => entry is JsonValue == asTexts ? Pair(entry) : null);
    }

    /// <summary>Takes the lines of merges.txt, of which the first may state a version; null if a line is no pair.</summary>
    public static IReadOnlyList<(string Left, string Right)>? Of(string text) =>
        Take(Lines(text).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)), Split);

    private static List<(string, string)>? Take<T>(IEnumerable<T> entries, Func<T, (string, string)?> pairOf)
    {
        var merges = new List<(string, string)>();
        foreach (var entry in entries.Take(Maximum + 1))
        {
            if (pairOf(entry) is not { } pair)
            {
                return null;
            }

            merges.Add(pair);
        }

        return merges;
    }

    private static IEnumerable<string> Lines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static (string Left, string Right)? Pair(JsonNode? entry) => entry switch
    {
        JsonArray { Count: 2 } parts when parts[0] is JsonValue left && parts[1] is JsonValue right && left.TryGetValue<string>(out var first) && right.TryGetValue<string>(out var second) => (first, second),
        JsonValue value when value.TryGetValue<string>(out var text) => Split(text),
        _ => null,
    };

    private static (string Left, string Right)? Split(string text) =>
        text.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right] ? (left, right) : null;
}
