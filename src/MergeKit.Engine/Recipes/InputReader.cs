using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads what a merge is made of: <c>models</c>, <c>slices</c> and <c>modules</c>.</summary>
internal sealed class InputReader(NodeReader nodes, ModelReferenceReader models, SettingReader settings)
{
    /// <summary>Checks that a mapping has exactly one of the keys that give the inputs.</summary>
    public void CheckExactlyOne(Fields fields, params IReadOnlyList<string> keys)
    {
        var given = keys.Select(fields.Entry).OfType<YamlEntry>().Select(entry => entry.Key).ToList();
        if (given.Count != 1 && !fields.IsStandIn)
        {
            var position = given.Count == 0 ? fields.Position : given.MaxBy(key => (key.Position.Line, key.Position.Column))!.Position;
            var found = given.Count == 0 ? "none" : Join(given.Select(key => key.Text), "and");
            nodes.Diagnostics.Error(DiagnosticCode.InputsNotOne, position, fields.What, Join(keys, "or"), found);
        }
    }

    /// <summary>Reads <c>models</c>; null where there are none.</summary>
    public IReadOnlyList<InputModel>? ReadModels(Fields fields) => ReadList(fields, "models", ReadModel);

    /// <summary>Reads <c>slices</c>; null where there are none.</summary>
    public IReadOnlyList<OutputSlice>? ReadSlices(Fields fields) => ReadList(fields, "slices", ReadSlice);

    /// <summary>Reads <c>modules</c>; null where there are none.</summary>
    public IReadOnlyList<OutputModule>? ReadModules(Fields fields)
    {
        if (fields["modules"] is not { } node)
        {
            return null;
        }

        var entries = nodes.Mapping(node, "'modules'").Entries;
        if (node is YamlMapping && entries.Count == 0)
        {
            nodes.Diagnostics.Error(DiagnosticCode.EmptyList, node.Position, "'modules'");
        }

        return [.. entries.Select(ReadModule)];
    }

    private OutputModule ReadModule(YamlEntry entry)
    {
        var fields = nodes.Fields(entry.Value, $"The module '{DisplayText.Of(entry.Key.Text, DisplayText.Short)}'", "models", "slices", "parameters");
        CheckExactlyOne(fields, "models", "slices");
        var name = new Located<string>(entry.Key.Text, entry.Key.Position);
        return new OutputModule(name, ReadModels(fields), ReadSlices(fields), settings.ReadParameters(fields));
    }

    private InputModel ReadModel(YamlNode node)
    {
        var fields = nodes.Fields(node, "An entry of 'models'", "model", "parameters");
        return new InputModel(models.ReadRequired(fields, "model"), settings.ReadParameters(fields));
    }

    private OutputSlice ReadSlice(YamlNode node)
    {
        var fields = nodes.Fields(node, "An entry of 'slices'", "sources", "base_model", "residual_weight", "parameters");
        if (fields.Entry("residual_weight") is { } entry)
        {
            nodes.Diagnostics.Warning(DiagnosticCode.KeyWithoutEffect, entry.Key.Position, entry.Key.Text);
        }

        nodes.Required(fields, "sources");
        var sources = ReadList(fields, "sources", ReadSource) ?? [];
        return new OutputSlice(sources, models.ReadOptional(fields, "base_model"), settings.ReadParameters(fields), node.Position);
    }

    private InputSlice ReadSource(YamlNode node)
    {
        var fields = nodes.Fields(node, "An entry of 'sources'", "model", "layer_range", "parameters");
        var model = models.ReadRequired(fields, "model");
        var range = nodes.Required(fields, "layer_range") is { } rangeNode ? ReadRange(rangeNode) : default;
        return new InputSlice(model, range, settings.ReadParameters(fields));
    }

    private Located<LayerRange> ReadRange(YamlNode node)
    {
        if (node is YamlList { Items: [var first, var second] }
            && NodeReader.TryInteger(first, out var start)
            && NodeReader.TryInteger(second, out var end)
            && start >= 0
            && start <= end)
        {
            return new Located<LayerRange>(new LayerRange(start, end), node.Position);
        }

        var found = node is YamlList list ? string.Join(", ", list.Items.Take(4).Select(Written)) : Written(node);
        nodes.Diagnostics.Error(DiagnosticCode.InvalidLayerRange, node.Position, found);
        return new Located<LayerRange>(default, node.Position);
    }

    private IReadOnlyList<T>? ReadList<T>(Fields fields, string key, Func<YamlNode, T> read) =>
        fields[key] is { } node ? [.. nodes.List(node, $"'{key}'").Select(read)] : null;

    private static string Written(YamlNode node) => node is YamlScalar scalar ? DisplayText.Of(scalar.Text, 20) : node.Description;

    private static string Join(IEnumerable<string> keys, string conjunction) => string.Join($" {conjunction} ", keys.Select(key => $"'{key}'"));
}
