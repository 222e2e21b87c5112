using System.Globalization;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>A number, boolean or text that a recipe sets a parameter to.</summary>
public readonly record struct SettingValue
{
    private SettingValue(SettingKind kind, double number, string text, SourcePosition position) =>
        (Kind, Number, Text, Position) = (kind, number, text, position);

    /// <summary>Which kind of value it is.</summary>
    public SettingKind Kind { get; }

    /// <summary>Where the value, or the gradient it was computed from, is written.</summary>
    public SourcePosition Position { get; }

    internal double Number { get; }

    private string Text { get; }

    /// <summary>A number.</summary>
    public static SettingValue OfNumber(double value, SourcePosition position) => new(SettingKind.Number, value, "", position);

    /// <summary>A boolean.</summary>
    public static SettingValue OfBoolean(bool value, SourcePosition position) => new(SettingKind.Boolean, value ? 1 : 0, "", position);

    /// <summary>A text.</summary>
    public static SettingValue OfText(string value, SourcePosition position) => new(SettingKind.Text, 0, value, position);

    /// <summary>The value as a number; false for booleans and text.</summary>
    public bool TryGetNumber(out double value)
    {
        value = Number;
        return Kind == SettingKind.Number;
    }

    /// <summary>The value as a boolean, where the numbers 0 and 1 count as false and true; false for other numbers and text.</summary>
    public bool TryGetBool(out bool value)
    {
        value = Number == 1;
        return Kind != SettingKind.Text && (value || Number == 0);
    }

    /// <summary>The value as messages quote it.</summary>
    public override string ToString() => Kind switch
    {
        SettingKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        SettingKind.Boolean => Number == 1 ? "true" : "false",
        _ => Text,
    };
}
