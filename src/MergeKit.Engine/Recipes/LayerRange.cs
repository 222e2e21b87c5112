namespace MergeKit.Engine.Recipes;

/// <summary>A half-open range of layers, <c>[Start, End)</c>, with 0 ≤ <paramref name="Start"/> ≤ <paramref name="End"/>.</summary>
/// <param name="Start">Index of the first layer.</param>
/// <param name="End">Index after the last layer.</param>
public readonly record struct LayerRange(int Start, int End)
{
    /// <summary>Number of layers.</summary>
    public int Count => End - Start;

    /// <inheritdoc/>
    public override string ToString() => $"[{Start}, {End}]";
}
