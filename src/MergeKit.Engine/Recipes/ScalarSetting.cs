namespace MergeKit.Engine.Recipes;

/// <summary>The same value for every tensor.</summary>
/// <param name="Value">The value.</param>
public sealed record ScalarSetting(SettingValue Value) : Setting(Value.Position)
{
    /// <inheritdoc/>
    public override SettingValue? Evaluate(string tensorName, double t) => Value;
}
