using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes.Yaml;

namespace MergeKit.Engine.Recipes;

/// <summary>Reads the scalars that parameters are set to.</summary>
internal static class ScalarReader
{
    /// <summary>Reads a scalar that is not null; a number that is not finite is an error.</summary>
    public static SettingValue Read(YamlScalar scalar, string name, DiagnosticBag diagnostics)
    {
        switch (scalar.Kind)
        {
            case YamlKind.Boolean:
                _ = PlainScalar.TryGetBoolean(scalar.Text, out var boolean);
                return SettingValue.OfBoolean(boolean, scalar.Position);
            case YamlKind.Number:
                if (!PlainScalar.TryGetFinite(scalar.Text, out var number))
                {
                    diagnostics.Error(DiagnosticCode.InvalidNumber, scalar.Position, $"'{DisplayText.Of(name, DisplayText.Short)}'", "a finite number", scalar.Description);
                }

                return SettingValue.OfNumber(number, scalar.Position);
            default:
                // No parameter is a text, and mergekit takes a quoted number for the number it is.
                return PlainScalar.TryGetFinite(scalar.Text, out var quoted)
                    ? SettingValue.OfNumber(quoted, scalar.Position)
                    : SettingValue.OfText(scalar.Text, scalar.Position);
        }
    }
}
