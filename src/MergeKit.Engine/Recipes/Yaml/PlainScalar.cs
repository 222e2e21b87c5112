using System.Globalization;
using System.Text.RegularExpressions;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>
/// What unquoted scalars mean: YAML 1.1 as mergekit's parser reads it, with exponents that need neither point nor sign.
/// Octal, hexadecimal, sexagesimal and underscored integers stay text, so that nobody's 010 silently becomes 8 or 10.
/// </summary>
internal static partial class PlainScalar
{
    /// <summary>What the scalar is.</summary>
    public static YamlKind KindOf(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => YamlKind.Nothing,
        _ when TryGetBoolean(text, out _) => YamlKind.Boolean,
        _ when Number().IsMatch(text) || NotFinite().IsMatch(text) => YamlKind.Number,
        _ => YamlKind.Text,
    };

    /// <summary>The boolean that a scalar of that kind stands for.</summary>
    public static bool TryGetBoolean(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";
        return value || text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF";
    }

    /// <summary>The number that a scalar of that kind stands for; false where it is infinite, not a number or beyond the range of binary64.</summary>
    public static bool TryGetFinite(string text, out double value)
    {
        value = 0;
        return Number().IsMatch(text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    [GeneratedRegex(@"^[-+]?((0|[1-9][0-9]*)|[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[-+]?\.?(inf|nan)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NotFinite();
}
