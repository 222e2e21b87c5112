namespace MergeKit.Engine.Recipes;

/// <summary>One entry of a filter list.</summary>
/// <param name="Filter">Part of the names of the tensors it is for; null or <c>*</c> for all tensors.</param>
/// <param name="Value">Their setting.</param>
public sealed record FilterEntry(Located<string>? Filter, Setting Value)
{
    /// <summary>Whether the entry is for the tensor of this name.</summary>
    public bool AppliesTo(string tensorName) =>
        Filter is not { Value: var filter } || filter == "*" || tensorName.Contains(filter, StringComparison.Ordinal);
}
