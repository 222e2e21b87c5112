using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads model references in their short form and in the long one, <c>{model: {path, revision}, lora: {path, revision}}</c>.</summary>
internal sealed class ModelReferenceReader(NodeReader nodes)
{
    private static readonly ModelReference StandIn = new() { Path = "" };

    /// <summary>Reads the model that a key must name.</summary>
    public Located<ModelReference> ReadRequired(Fields fields, string key) =>
        nodes.Required(fields, key) is { } node ? Read(node, key) : new Located<ModelReference>(StandIn, fields.Position);

    /// <summary>Reads the model that a key may name.</summary>
    public Located<ModelReference>? ReadOptional(Fields fields, string key) => fields[key] is { } node ? Read(node, key) : null;

    /// <summary>Reads a model reference.</summary>
    public Located<ModelReference> Read(YamlNode node, string key) =>
        new(node is YamlMapping ? ReadLong(node, key) : ReadShort(node, key), node.Position);

    private ModelReference ReadShort(YamlNode node, string key)
    {
        var text = nodes.Text(node, $"'{key}'").Value;
        if (ModelReference.TryParse(text, out var reference))
        {
            return reference;
        }

        ReportUnlessEmpty(text, node);
        return StandIn;
    }

    private ModelReference ReadLong(YamlNode node, string key)
    {
        var fields = nodes.Fields(node, $"The long form of '{key}'", "model", "lora", "override_architecture");
        if (fields.Entry("override_architecture") is { } entry)
        {
            nodes.Diagnostics.Warning(DiagnosticCode.KeyWithoutEffect, entry.Key.Position, entry.Key.Text);
        }

        var model = nodes.Required(fields, "model") is { } modelNode ? ReadPart(modelNode, "model") : ("", null);
        var lora = fields["lora"] is { } loraNode ? ReadPart(loraNode, "lora") : ((string Path, string? Revision)?)null;
        return new ModelReference
        {
            Path = model.Path,
            Revision = model.Revision,
            Adapter = lora is var (path, revision) ? new AdapterReference(path, revision) : null,
        };
    }

    private (string Path, string? Revision) ReadPart(YamlNode node, string key)
    {
        if (node is YamlMapping)
        {
            var fields = nodes.Fields(node, $"'{key}'", "path", "revision");
            var path = nodes.Required(fields, "path") is { } pathNode ? nodes.Text(pathNode, "'path'").Value : "";
            return (path, nodes.OptionalText(fields, "revision")?.Value);
        }

        var text = nodes.Text(node, $"'{key}'").Value;
        if (!ModelReference.TrySplit(text, out var shortPath, out var shortRevision))
        {
            ReportUnlessEmpty(text, node);
        }

        return (shortPath, shortRevision);
    }

    /// <summary>Reports a text that is no reference, unless it stands in for something reported already.</summary>
    private void ReportUnlessEmpty(string text, YamlNode node)
    {
        if (text.Length > 0)
        {
            nodes.Diagnostics.Error(DiagnosticCode.InvalidModelReference, node.Position, DisplayText.Of(text, DisplayText.Short));
        }
    }
}
