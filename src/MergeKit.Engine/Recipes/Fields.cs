using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>The values of a mapping by key; a key whose value is null counts as absent, as mergekit writes unset keys.</summary>
internal sealed class Fields(YamlMapping mapping, string what, bool isStandIn = false)
{
    /// <summary>What the mapping is, at the start of a sentence.</summary>
    public string What => what;

    /// <summary>Whether something else than a mapping stood there, which is reported already, so that keys are not missed too.</summary>
    public bool IsStandIn => isStandIn;

    /// <summary>Where the mapping starts.</summary>
    public SourcePosition Position => mapping.Position;

    /// <summary>The value of a key; null where the key is absent or its value is null.</summary>
    public YamlNode? this[string key] => Entry(key)?.Value;

    /// <summary>The key with its value; null where the key is absent or its value is null.</summary>
    public YamlEntry? Entry(string key) =>
        mapping.Entries.FirstOrDefault(entry => entry.Key.Text == key && entry.Value.Kind != YamlKind.Nothing);
}
