using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads <c>parameters</c> mappings and the settings in them.</summary>
internal sealed class SettingReader(NodeReader nodes)
{
    /// <summary>Reads the parameters of a mapping that may have some.</summary>
    public ParameterMap ReadParameters(Fields fields)
    {
        if (fields["parameters"] is not { } node)
        {
            return ParameterMap.Empty;
        }

        var entries = nodes.Mapping(node, "'parameters'").Entries;
        return new ParameterMap([.. entries.Select(entry => new Parameter(
            new Located<string>(entry.Key.Text, entry.Key.Position),
            ReadSetting(entry.Value, entry.Key.Text)))]);
    }

    private Setting ReadSetting(YamlNode node, string name)
    {
        switch (node)
        {
            case YamlMapping:
                return new FilterSetting([ReadEntry(node, name)], node.Position);
            case YamlList list when IsOneKind(list, name):
                return list.Items[0].Kind == YamlKind.Mapping
                    ? new FilterSetting([.. list.Items.Select(item => ReadEntry(item, name))], list.Position)
                    : new GradientSetting([.. list.Items.Select(item => ReadScalar(item, name))], list.Position);
            case YamlList:
                return new ScalarSetting(SettingValue.OfText("", node.Position));
            default:
                return new ScalarSetting(ReadScalar(node, name));
        }
    }

    private bool IsOneKind(YamlList list, string name)
    {
        if (list.Items.Count == 0)
        {
            nodes.Diagnostics.Error(DiagnosticCode.EmptyList, list.Position, $"The list of '{DisplayText.Of(name, DisplayText.Short)}'");
            return false;
        }

        if (list.Items.FirstOrDefault(item => item.Kind != list.Items[0].Kind) is { } odd)
        {
            nodes.Diagnostics.Error(DiagnosticCode.MixedList, odd.Position, DisplayText.Of(name, DisplayText.Short), list.Items[0].Description, odd.Description);
            return false;
        }

        return true;
    }

    private FilterEntry ReadEntry(YamlNode node, string name)
    {
        var fields = nodes.Fields(node, $"A filter entry of '{DisplayText.Of(name, DisplayText.Short)}'", "filter", "value");
        var filter = nodes.OptionalText(fields, "filter");
        var value = nodes.Required(fields, "value") is { } inner
            ? ReadSetting(inner, name)
            : new ScalarSetting(SettingValue.OfText("", node.Position));
        return new FilterEntry(filter, value);
    }

    private SettingValue ReadScalar(YamlNode node, string name) =>
        node is YamlScalar scalar && node.Kind != YamlKind.Nothing
            ? ScalarReader.Read(scalar, name, nodes.Diagnostics)
            : nodes.WrongKind(node, $"'{DisplayText.Of(name, DisplayText.Short)}'", "a number, boolean or text", SettingValue.OfText("", node.Position));
}
