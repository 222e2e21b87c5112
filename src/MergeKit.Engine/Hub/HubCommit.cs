namespace MergeKit.Engine.Hub;

/// <summary>Commits and revisions of repositories, which become names of files and folders.</summary>
internal static class HubCommit
{
    /// <summary>Digits of a commit.</summary>
    public const int Length = 40;

    private const int LongestRevision = 200;

    /// <summary>Whether a text has the form of a whole commit.</summary>
    public static bool Is(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text may be the beginning of a commit, as git abbreviates them.</summary>
    public static bool IsAbbreviated(string text) => text.Length is >= 7 and < Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a text can be a branch, tag or commit; what it names stays below the folder it is looked for in.</summary>
    public static bool IsRevision(string text) =>
        text.Length is > 0 and <= LongestRevision
        && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.Contains("..", StringComparison.Ordinal))
        && !text.Any(character => character is <= ' ' or '\x7f' or '\\' or ':' or '?' or '*' or '[' or '~' or '^');
}
