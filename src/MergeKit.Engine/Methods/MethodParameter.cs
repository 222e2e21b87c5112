namespace MergeKit.Engine.Methods;

/// <summary>
/// A parameter of a merge method, declared once: validation, evaluation, error texts and documentation come from it.
/// </summary>
/// <param name="name">Its key under <c>parameters</c>.</param>
internal abstract class MethodParameter(string name)
{
    public string Name { get; } = name;

    /// <summary>What it does, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Whether every model has a value of its own; otherwise one value holds for the whole tensor.</summary>
    public bool PerModel { get; init; }

    /// <summary>Whether a recipe has to give it.</summary>
    public bool Required { get; init; }

    /// <summary>The legal values in words, for error texts and documentation.</summary>
    public abstract string Expected { get; }

    /// <summary>The value when a recipe gives none.</summary>
    public abstract object DefaultValue { get; }
}
