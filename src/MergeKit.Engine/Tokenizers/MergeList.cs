using System.Text.Json.Nodes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Reads the merges of byte-pair encoding in each of their forms.</summary>
internal static class MergeList
{
    /// <summary>Takes a list of pairs, or of texts with a blank between the two parts; null if it has anything else.</summary>
    public static IReadOnlyList<(string Left, string Right)>? Of(JsonNode? node)
    {
        if (node is not JsonArray list)
        {
            return null;
        }

        var merges = new List<(string, string)>(list.Count);
        foreach (var entry in list)
        {
            if (Pair(entry) is not { } pair)
            {
                return null;
            }

            merges.Add(pair);
        }

        return merges;
    }

    /// <summary>Takes the lines of merges.txt, of which the first may state a version; null if a line is no pair.</summary>
    public static IReadOnlyList<(string Left, string Right)>? Of(string text)
    {
        var merges = new List<(string, string)>();
        foreach (var line in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)))
        {
            if (Split(line) is not { } pair)
            {
                return null;
            }

            merges.Add(pair);
        }

        return merges;
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
