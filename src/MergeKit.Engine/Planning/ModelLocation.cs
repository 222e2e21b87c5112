using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Planning;

/// <summary>Where a model is.</summary>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Commit">The commit of a model of the hub; null for other folders.</param>
/// <param name="Ref">The file that says which commit a branch or tag is; null if none was asked.</param>
internal sealed record ModelLocation(string Folder, string? Commit = null, StampedFile? Ref = null)
{
    /// <summary>Full paths of the files on which it depends that a reference means this folder.</summary>
    public IEnumerable<string> Files => Ref is null ? [] : [Ref.Path];
}
