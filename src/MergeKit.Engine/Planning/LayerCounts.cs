using System.Text.Json.Nodes;

namespace MergeKit.Engine.Planning;

/// <summary>The numbers of layers that a config.json states, wherever they stand: <c>num_hidden_layers</c>, <c>n_layer</c>, <c>vision_config.depth</c>...</summary>
internal static class LayerCounts
{
    /// <summary>All numeric entries whose key speaks of layers.</summary>
    public static IEnumerable<LayerCount> In(JsonObject config, string path = "")
    {
        foreach (var (key, node) in config)
        {
            if (node is JsonObject nested)
            {
                foreach (var found in In(nested, path + key + "."))
                {
                    yield return found;
                }
            }
            else if (IsLayerKey(key) && node is JsonValue value && value.TryGetValue<int>(out var count) && count > 0)
            {
                yield return new LayerCount(config, key, path + key, count);
            }
        }
    }

    private static bool IsLayerKey(string key) =>
        key.Contains("layer", StringComparison.OrdinalIgnoreCase) || key is "depth" or "num_blocks" or "n_blocks";
}
