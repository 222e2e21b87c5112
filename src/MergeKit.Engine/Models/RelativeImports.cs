using System.Text.RegularExpressions;

namespace MergeKit.Engine.Models;

/// <summary>
/// Finds in Python text which modules beside it are imported: <c>from .a import x</c>, <c>from .a.b import x</c>,
/// <c>from . import a, b as c</c>, over several lines too. Text that only looks like an import counts as one.
/// </summary>
internal static partial class RelativeImports
{
    /// <summary>Longer lists of names are not read to their end.</summary>
    private const int LongestList = 16 << 10;

    /// <summary>Names of the modules, with dots where they are in folders. Some may be names of other things.</summary>
    public static IEnumerable<string> In(string code)
    {
        var text = code.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal);
        var read = 0;
        foreach (var import in Import().Matches(text).Where(import => import.Index >= read))
        {
            var module = import.Groups["module"].Value;
            if (module.Length > 0)
            {
                yield return module;
            }

            var list = ListAt(text, import.Index + import.Length);
            read = import.Index + import.Length + list.Length;

            // What is imported of a module that is a folder, or of this one, can be a module itself.
            foreach (var name in Names(list))
            {
                yield return module.Length > 0 ? $"{module}.{name}" : name;
            }
        }
    }

    /// <summary>The list of names after <c>import</c>; what is read as a list is not searched for imports again, so that every character is read once.</summary>
    private static string ListAt(string text, int start)
    {
        var window = text.AsSpan(start, Math.Min(LongestList, text.Length - start));
        var end = window.TrimStart(" \t") is ['(', ..] ? window.IndexOf(')') : window.IndexOfAny('\n', ';');
        return (end < 0 ? window : window[..end]).ToString();
    }

    private static IEnumerable<string> Names(string list)
    {
        var code = string.Join(' ', list.TrimStart(' ', '\t', '(').Split('\n').Select(line => line.Split('#')[0]));
        return code.Split(',').Select(entry => Name().Match(entry)).Where(match => match.Success).Select(match => match.Groups["name"].Value);
    }

    [GeneratedRegex(@"(^|[;:])[ \t]*from[ \t]*\.[ \t]*(?<module>(\w+(\.\w+)*)?)[ \t]*\bimport\b", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Import();

    [GeneratedRegex(@"^\s*(?<name>\w+)(\s+as\s+\w+)?\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
