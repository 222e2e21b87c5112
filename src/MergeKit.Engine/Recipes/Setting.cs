using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Recipes;

/// <summary>What a parameter is set to: a scalar, a gradient over the layers, or a choice by tensor name.</summary>
/// <param name="Position">Where the setting is written.</param>
public abstract record Setting(SourcePosition Position)
{
    /// <summary>The value for one tensor.</summary>
    /// <param name="tensorName">Name that filters are compared with.</param>
    /// <param name="t">The tensor's place in its slice, from 0 (first layer) to 1 (last layer).</param>
    /// <returns>The value, or null when no entry of a filter list applies, so that lookup goes on at the next level.</returns>
    public abstract SettingValue? Evaluate(string tensorName, double t);
}
