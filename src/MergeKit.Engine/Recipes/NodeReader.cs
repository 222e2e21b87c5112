using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>
/// Takes YAML nodes as what a recipe expects them to be and collects what is wrong. After an error a stand-in is returned so that
/// reading goes on; nobody gets to see it, because <see cref="RecipeReader"/> throws at the end.
/// </summary>
internal sealed class NodeReader(DiagnosticBag diagnostics)
{
    /// <summary>Receives errors and warnings.</summary>
    public DiagnosticBag Diagnostics => diagnostics;

    /// <summary>A mapping with none but the allowed keys.</summary>
    /// <param name="node">The node.</param>
    /// <param name="what">What the node is, at the start of a sentence.</param>
    /// <param name="allowed">The keys that mergekit knows here.</param>
    public Fields Fields(YamlNode node, string what, params IReadOnlyCollection<string> allowed)
    {
        var mapping = Mapping(node, what);
        foreach (var (key, _) in mapping.Entries.Where(entry => !allowed.Contains(entry.Key.Text)))
        {
            var suggestion = Suggestion.Sentence(key.Text, allowed);
            diagnostics.Error(DiagnosticCode.UnknownKey, key.Position, DisplayText.Of(key.Text, DisplayText.Short), what, suggestion, string.Join(", ", allowed));
        }

        return new Fields(mapping, what, isStandIn: node is not YamlMapping);
    }

    /// <summary>A mapping with any keys.</summary>
    public YamlMapping Mapping(YamlNode node, string what) =>
        node as YamlMapping ?? WrongKind(node, what, "a mapping", new YamlMapping([], node.Position));

    /// <summary>A list that is not empty.</summary>
    public IReadOnlyList<YamlNode> List(YamlNode node, string what)
    {
        if (node is not YamlList list)
        {
            return WrongKind<IReadOnlyList<YamlNode>>(node, what, "a list", []);
        }

        if (list.Items.Count == 0)
        {
            diagnostics.Error(DiagnosticCode.EmptyList, node.Position, what);
        }

        return list.Items;
    }

    /// <summary>A text of at least one character.</summary>
    public Located<string> Text(YamlNode node, string what)
    {
        if (node is YamlScalar { Kind: YamlKind.Text, Text: not "" } scalar)
        {
            return new Located<string>(scalar.Text, node.Position);
        }

        var expected = node.Kind switch
        {
            YamlKind.Number or YamlKind.Boolean => "a text (put it in quotes)",
            YamlKind.Text => "a text that is not empty",
            _ => "a text",
        };
        return new Located<string>(WrongKind(node, what, expected, ""), node.Position);
    }

    /// <summary>A text of at least one character, or null where the key is absent or null.</summary>
    public Located<string>? OptionalText(Fields fields, string key) =>
        fields[key] is { } node ? Text(node, $"'{key}'") : null;

    /// <summary>A whole number of at least <paramref name="minimum"/> and at most <paramref name="maximum"/>.</summary>
    public Located<int> Integer(YamlNode node, string what, int minimum, int maximum = int.MaxValue)
    {
        if (TryInteger(node, out var value) && value >= minimum && value <= maximum)
        {
            return new Located<int>(value, node.Position);
        }

        diagnostics.Error(DiagnosticCode.InvalidNumber, node.Position, what, $"a whole number of at least {minimum}{(maximum < int.MaxValue ? $" and at most {maximum}" : "")}", node.Description);
        return default;
    }

    /// <summary>A boolean, also written as 0 or 1; false where the key is absent or null.</summary>
    public bool OptionalBoolean(Fields fields, string key)
    {
        if (fields[key] is not { } node)
        {
            return false;
        }

        return node is YamlScalar { Kind: YamlKind.Boolean or YamlKind.Number } scalar && ScalarReader.Read(scalar, key, diagnostics).TryGetBool(out var value)
            ? value
            : WrongKind(node, $"'{key}'", "true or false", false);
    }

    /// <summary>The value of a key that must be there and not be null.</summary>
    public YamlNode? Required(Fields fields, string key)
    {
        if (fields[key] is { } node)
        {
            return node;
        }

        if (!fields.IsStandIn)
        {
            diagnostics.Error(DiagnosticCode.MissingKey, fields.Position, fields.What, key);
        }

        return null;
    }

    /// <summary>Reports a node of the wrong kind and returns the stand-in.</summary>
    public T WrongKind<T>(YamlNode node, string what, string expected, T standIn)
    {
        diagnostics.Error(DiagnosticCode.WrongKind, node.Position, what, expected, node.Description);
        return standIn;
    }

    /// <summary>Whether the node is a whole number that fits into 32 bits.</summary>
    public static bool TryInteger(YamlNode node, out int value)
    {
        value = 0;
        if (node is not YamlScalar { Kind: YamlKind.Number } scalar || !PlainScalar.TryGetFinite(scalar.Text, out var number))
        {
            return false;
        }

        value = (int)Math.Clamp(number, int.MinValue, int.MaxValue);
        return value == number;
    }
}
