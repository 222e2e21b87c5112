using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Adapters;

/// <summary>The settings of an adapter_config.json, which anybody may have written, by name and type.</summary>
/// <param name="path">Full path of the file.</param>
/// <param name="json">The document.</param>
/// <param name="diagnostics">Receives what is wrong.</param>
internal sealed class AdapterSettings(string path, JsonObject json, DiagnosticBag diagnostics)
{
    private const string RankExpected = "a whole number from 1";
    private const string NumberExpected = "a number";
    private const int MostPatterns = 10_000;
    private const int MostExpressions = 200;

    /// <summary>Names of all settings that say something: neither null nor false, zero or empty.</summary>
    public IEnumerable<string> Given => json.Where(setting => !IsEmpty(setting.Value)).Select(setting => setting.Key);

    /// <summary>A setting's value; null where there is none.</summary>
    public JsonNode? this[string name] => json[name];

    /// <summary>true or false; false where there is neither.</summary>
    public bool Flag(string name) =>
        Value<bool>(name, json[name], "true or false", node => node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null) ?? false;

    /// <summary>A rank.</summary>
    public int? Rank(string name) => Value(name, json[name], RankExpected, AsRank);

    /// <summary>A finite number.</summary>
    public double? Number(string name) => Value(name, json[name], NumberExpected, AsNumber);

    /// <summary>Ranks by pattern of module names.</summary>
    public ModulePatterns<int> Ranks(string name) => Patterns(name, RankExpected, AsRank);

    /// <summary>Finite numbers by pattern of module names.</summary>
    public ModulePatterns<double> Numbers(string name) => Patterns(name, NumberExpected, AsNumber);

    /// <summary>Reports that a setting has a value that it cannot have.</summary>
    public void Invalid(string name, string expected) => Invalid(name, expected, json[name]);

    /// <summary>Reports that a setting asks for what cannot be done exactly.</summary>
    public void NotApplicable(string name, string reason) =>
        diagnostics.Error(DiagnosticCode.AdapterNotApplicable, null, path, DisplayText.Of(name, DisplayText.Short), Show(json[name]), reason);

    private ModulePatterns<T> Patterns<T>(string name, string expected, Func<JsonNode?, T?> read)
        where T : struct
    {
        var patterns = new List<(ModulePattern Pattern, T Value)>();
        if (json[name] is JsonObject entries)
        {
            foreach (var (key, node) in entries.Take(MostPatterns + 1))
            {
                if (!ModulePattern.TryParse(key, out var pattern))
                {
                    NotApplicable(name, $"the pattern '{DisplayText.Of(key, DisplayText.Short)}' is not among those that can be matched as PEFT does (names, '.', classes, groups, '|', quantifiers)");
                    break;
                }

                patterns.Add((pattern, Value($"{name}['{DisplayText.Of(key, DisplayText.Short)}']", node, expected, read) ?? default));
            }
        }

        if (json[name] is not (null or JsonObject) || patterns.Count > MostPatterns || patterns.Count(pattern => pattern.Pattern.IsExpression) > MostExpressions)
        {
            Invalid(name, $"an object of at most {MostPatterns} names or {MostExpressions} regular expressions");
        }

        return new ModulePatterns<T>(patterns);
    }

    private T? Value<T>(string name, JsonNode? node, string expected, Func<JsonNode?, T?> read)
        where T : struct
    {
        var value = read(node);
        if (node is not null && value is null)
        {
            Invalid(name, expected, node);
        }

        return value;
    }

    private void Invalid(string name, string expected, JsonNode? found) =>
        diagnostics.Error(DiagnosticCode.AdapterSettingInvalid, null, path, name, expected, Show(found));

    private static int? AsRank(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var rank) && rank > 0 ? rank : null;

    private static double? AsNumber(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) ? number : null;

    private static bool IsEmpty(JsonNode? node) => node switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => node.ToJsonString() is "false" or "0" or "0.0" or "\"\"",
    };

    private static string Show(JsonNode? node) => DisplayText.Of(PythonNumbers.Unquote(node?.ToJsonString() ?? "null"), DisplayText.Short);
}
