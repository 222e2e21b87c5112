using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Hub;

/// <summary>A repository of the hub that a recipe names.</summary>
/// <param name="Name">The repository, <c>organisation/model</c>.</param>
/// <param name="Revision">Branch, tag or commit; null for the default branch.</param>
/// <param name="Content">What it is used as.</param>
/// <param name="Position">Where the recipe has it.</param>
public sealed record HubReference(string Name, string? Revision, HubContent Content, SourcePosition Position)
{
    /// <summary>Name and revision as the recipe writes them.</summary>
    public override string ToString() => HubCache.DisplayOf(Name, Revision);
}
