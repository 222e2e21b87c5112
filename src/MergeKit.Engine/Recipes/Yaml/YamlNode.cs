using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>A node of a YAML document. Aliases share the node of their anchor.</summary>
internal abstract record YamlNode(SourcePosition Position)
{
    /// <summary>What the node is.</summary>
    public abstract YamlKind Kind { get; }

    /// <summary>The node as messages name it, for example <c>the number 3</c> or <c>a list</c>.</summary>
    public abstract string Description { get; }
}
