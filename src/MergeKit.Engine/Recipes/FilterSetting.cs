using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>Settings for tensors chosen by name; the first entry that applies wins.</summary>
/// <param name="Entries">The entries in order; not empty.</param>
/// <param name="Position">Where the list (or the bare entry) is written.</param>
public sealed record FilterSetting(IReadOnlyList<FilterEntry> Entries, SourcePosition Position) : Setting(Position)
{
    /// <inheritdoc/>
    public override SettingValue? Evaluate(string tensorName, double t)
    {
        foreach (var entry in Entries)
        {
            if (entry.AppliesTo(tensorName) && entry.Value.Evaluate(tensorName, t) is { } value)
            {
                return value;
            }
        }

        return null;
    }
}
