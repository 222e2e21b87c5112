using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlNode> Items, SourcePosition Position) : YamlNode(Position)
{
    /// <inheritdoc/>
    public override YamlKind Kind => YamlKind.List;

    /// <inheritdoc/>
    public override string Description => Items.Count == 0 ? "an empty list" : "a list";
}
