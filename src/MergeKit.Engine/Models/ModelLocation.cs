namespace MergeKit.Engine.Models;

/// <summary>Where a model is.</summary>
/// <param name="Folder">Full path of its folder.</param>
/// <param name="Commit">The commit of a model of the hub; null for other folders.</param>
/// <param name="RefFile">Full path of the file that says which commit a branch or tag is; null if none was asked.</param>
internal sealed record ModelLocation(string Folder, string? Commit = null, string? RefFile = null)
{
    /// <summary>Full paths of the files on which it depends that a reference means this folder.</summary>
    public IEnumerable<string> Files => RefFile is null ? [] : [RefFile];
}
