namespace MergeKit.Engine.Planning;

/// <summary>A run of numbered layers that share a name, such as <c>model.layers.0</c> to <c>model.layers.31</c>.</summary>
/// <param name="Prefix">The name before the number, with the dot.</param>
/// <param name="Count">Number of layers: the highest number plus one.</param>
internal sealed record LayerStack(string Prefix, int Count);
