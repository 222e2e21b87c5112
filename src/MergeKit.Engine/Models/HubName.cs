namespace MergeKit.Engine.Models;

/// <summary>Recognises names of models on a hub: <c>organisation/model</c>.</summary>
internal static class HubName
{
    /// <summary>Whether a model path has the form of a hub name.</summary>
    public static bool Matches(string path) =>
        path.Count(c => c == '/') == 1
        && !path.StartsWith('/')
        && !path.EndsWith('/')
        && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
        && path[0] != '.';
}
