using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>Values spread over the layers of a slice: numbers are interpolated linearly, other values are taken as they are.</summary>
/// <param name="Values">The values, all of one kind; not empty.</param>
/// <param name="Position">Where the list is written.</param>
public sealed record GradientSetting(IReadOnlyList<SettingValue> Values, SourcePosition Position) : Setting(Position)
{
    /// <inheritdoc/>
    public override SettingValue? Evaluate(string tensorName, double t)
    {
        var scaled = t * (Values.Count - 1);
        var index = (int)scaled;
        if (Values[index].Kind != SettingKind.Number)
        {
            return Values[index];
        }

        var next = Math.Min(index + 1, Values.Count - 1);
        var fraction = scaled - index;
        return SettingValue.OfNumber(((1 - fraction) * Values[index].Number) + (fraction * Values[next].Number), Position);
    }
}
