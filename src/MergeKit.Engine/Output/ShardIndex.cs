using System.Text.Json.Nodes;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Output;

/// <summary>model.safetensors.index.json: which shard holds which tensor.</summary>
internal static class ShardIndex
{
    public const string FileName = "model.safetensors.index.json";

    public static string Write(MergePlan plan)
    {
        var map = plan.Shards.SelectMany(shard => shard.Tensors, (shard, tensor) => KeyValuePair.Create(tensor.Name, (JsonNode?)shard.FileName))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal);
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = plan.OutputBytes }, ["weight_map"] = new JsonObject(map) };
        return JsonText.Write(index);
    }
}
