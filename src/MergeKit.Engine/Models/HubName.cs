namespace MergeKit.Engine.Models;

/// <summary>Recognises names of models on a hub: <c>organisation/model</c>.</summary>
internal static class HubName
{
    private const int LongestPart = 96;

    /// <summary>Whether a model path has the form of a hub name. What does can be a part of an address and the name of a folder.</summary>
    public static bool Matches(string path) => path.Split('/') is [var organisation, var model] && IsPart(organisation) && IsPart(model);

    private static bool IsPart(string part) =>
        part.Length is > 0 and <= LongestPart
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && part[0] is not ('.' or '-')
        && part[^1] is not ('.' or '-')
        && !part.Contains("..", StringComparison.Ordinal)
        && !part.Contains("--", StringComparison.Ordinal);
}
