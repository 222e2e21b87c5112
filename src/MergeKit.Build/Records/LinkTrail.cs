namespace MergeKit.Build.Records;

/// <summary>What a path leads through. The time of a link is the link's own: it stays when what the link leads to is replaced.</summary>
internal static class LinkTrail
{
    /// <summary>As many as Linux follows.</summary>
    private const int MostLinks = 40;

    /// <summary>The links on the way to a file, folders among them, and the file in its true place; nothing for a path without links.</summary>
    /// <param name="path">Full path.</param>
    public static IReadOnlyList<string> Of(string path)
    {
        var links = new List<string>();
        var place = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(PartsFromLast(path));
        while (rest.TryPop(out var part))
        {
            var next = Path.Combine(place, part);
            if (part == "..")
                place = Path.GetDirectoryName(place) ?? place;
            else if (links.Count == MostLinks || TargetOf(next) is not { } target)
                place = next;
            else
            {
                links.Add(next);
                place = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : place;
                foreach (var step in PartsFromLast(target))
                    rest.Push(step);
            }
        }

        return links.Count == 0 ? [] : [.. links, place];
    }

    private static IEnumerable<string> PartsFromLast(string path) =>
        path[(Path.GetPathRoot(path)?.Length ?? 0)..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();

    private static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
