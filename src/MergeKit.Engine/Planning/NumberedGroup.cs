namespace MergeKit.Engine.Planning;

/// <summary>The tensor names of one prefix, by the number that follows it.</summary>
/// <param name="prefix">The prefix, with the dot.</param>
internal sealed class NumberedGroup(string prefix)
{
    private readonly Dictionary<int, List<string>> rests = [];

    /// <summary>The prefix, with the dot.</summary>
    public string Prefix => prefix;

    /// <summary>How many layers there are: the highest number plus one.</summary>
    public int LayerCount { get; private set; }

    /// <summary>The number of tensors.</summary>
    public int TensorCount { get; private set; }

    /// <summary>What follows the number in the names of a layer, in the order in which they were added; empty for a layer that has none.</summary>
    public IReadOnlyList<string> RestsOf(int layer) => rests.TryGetValue(layer, out var found) ? found : [];

    /// <summary>Adds a name of this prefix.</summary>
    public void Add(LayerName name)
    {
        if (!rests.TryGetValue(name.Layer, out var layer))
        {
            rests.Add(name.Layer, layer = []);
        }

        layer.Add(name.Rest);
        TensorCount++;
        LayerCount = Math.Max(LayerCount, name.Layer + 1);
    }
}
