using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>Collects the entries of a mapping: reports duplicate keys and resolves YAML 1.1's merge key <c>&lt;&lt;</c>.</summary>
internal sealed class YamlMappingBuilder(DiagnosticBag diagnostics)
{
    private readonly List<YamlEntry> entries = [];
    private readonly Dictionary<string, YamlScalar> keys = [];
    private readonly List<YamlNode> merged = [];

    /// <summary>Adds an entry of the mapping itself.</summary>
    public void Add(YamlScalar key, YamlNode value)
    {
        if (key is { IsPlain: true, Text: "<<" })
        {
            merged.Add(value);
        }
        else if (keys.TryAdd(key.Text, key))
        {
            entries.Add(new YamlEntry(key, value));
        }
        else
        {
            diagnostics.Error(DiagnosticCode.DuplicateKey, key.Position, DisplayText.Of(key.Text, DisplayText.Short), keys[key.Text].Position.Line);
        }
    }

    /// <summary>The mapping, with the entries it merges in behind its own.</summary>
    public YamlMapping Build(SourcePosition position)
    {
        foreach (var source in merged.SelectMany(node => node is YamlList list ? list.Items : [node]))
        {
            if (source is not YamlMapping mapping)
            {
                diagnostics.Error(DiagnosticCode.WrongKind, source.Position, "The value of the merge key '<<'", "a mapping or a list of mappings", source.Description);
                continue;
            }

            entries.AddRange(mapping.Entries.Where(entry => keys.TryAdd(entry.Key.Text, entry.Key)));
        }

        return new YamlMapping(entries, position);
    }
}
