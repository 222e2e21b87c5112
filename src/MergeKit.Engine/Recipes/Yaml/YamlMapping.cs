using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>A mapping in the order of the file; its keys differ.</summary>
internal sealed record YamlMapping(IReadOnlyList<YamlEntry> Entries, SourcePosition Position) : YamlNode(Position)
{
    /// <inheritdoc/>
    public override YamlKind Kind => YamlKind.Mapping;

    /// <inheritdoc/>
    public override string Description => "a mapping";
}
