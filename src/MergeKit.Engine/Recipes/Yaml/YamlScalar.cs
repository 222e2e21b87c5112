using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>A scalar; <paramref name="Text"/> is what is written, without quotes and escapes.</summary>
internal sealed record YamlScalar(string Text, bool IsPlain, SourcePosition Position) : YamlNode(Position)
{
    /// <inheritdoc/>
    public override YamlKind Kind { get; } = IsPlain ? PlainScalar.KindOf(Text) : YamlKind.Text;

    /// <inheritdoc/>
    public override string Description => Kind switch
    {
        YamlKind.Nothing => "nothing",
        YamlKind.Number => $"the number {DisplayText.Of(Text, DisplayText.Short)}",
        YamlKind.Boolean => $"the boolean {Text}",
        _ => $"the text '{DisplayText.Of(Text, DisplayText.Short)}'",
    };
}
