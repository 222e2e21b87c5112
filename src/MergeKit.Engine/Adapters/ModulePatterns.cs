namespace MergeKit.Engine.Adapters;

/// <summary>Values by patterns of module names, as PEFT's <c>rank_pattern</c> and <c>alpha_pattern</c>: the first pattern that matches counts.</summary>
/// <param name="patterns">The patterns in order.</param>
internal sealed class ModulePatterns<T>(IReadOnlyList<(ModulePattern Pattern, T Value)> patterns)
    where T : struct
{
    /// <summary>The value for a module; null where no pattern matches.</summary>
    public T? Find(string module)
    {
        foreach (var (pattern, value) in patterns)
        {
            if (pattern.Matches(module))
            {
                return value;
            }
        }

        return null;
    }
}
