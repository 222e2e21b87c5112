namespace MergeKit.Engine.Output;

/// <summary>The commit of a snapshot in a Hugging Face cache, whose folders are named <c>snapshots/&lt;commit&gt;</c>.</summary>
internal static class SnapshotRevision
{
    /// <summary>
    /// The commit that a model's path ends in; null where it ends in something else. The path is the recipe's and not the folder's on disk,
    /// which differs between machines.
    /// </summary>
    public static string? Of(string path) =>
        path.TrimEnd('/', '\\').Split('/', '\\') is [.., "snapshots", { Length: 40 } commit] && commit.All(char.IsAsciiHexDigitLower) ? commit : null;
}
