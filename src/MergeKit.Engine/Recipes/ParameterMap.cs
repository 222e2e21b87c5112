using System.Diagnostics.CodeAnalysis;

namespace MergeKit.Engine.Recipes;

/// <summary>A <c>parameters</c> mapping.</summary>
public sealed class ParameterMap
{
    /// <summary>Creates a map of parameters whose names differ.</summary>
    internal ParameterMap(IReadOnlyList<Parameter> all) => All = all;

    /// <summary>No parameters.</summary>
    public static ParameterMap Empty { get; } = new([]);

    /// <summary>The parameters in the order of the recipe.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>Finds the setting of a parameter.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out Setting? setting)
    {
        setting = All.FirstOrDefault(p => p.Name.Value == name)?.Setting;
        return setting is not null;
    }
}
