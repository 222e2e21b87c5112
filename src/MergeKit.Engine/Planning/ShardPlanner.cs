using System.Globalization;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Planning;

/// <summary>Divides the output among files: tensors in ordinal order of their names, a new shard when the next one does not fit.</summary>
internal static class ShardPlanner
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    public static IReadOnlyList<PlannedShard> Divide(IEnumerable<PlannedTensor> tensors, long shardSize)
    {
        var shards = new List<List<PlannedTensor>>();
        long size = 0;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            if (shards.Count == 0 || (size > 0 && size + tensor.ByteLength > shardSize))
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += tensor.ByteLength;
        }

        return [.. shards.Select((members, index) => Lay(FileName(index, shards.Count), members))];
    }

    private static string FileName(int index, int count) => count == 1
        ? "model.safetensors"
        : string.Create(CultureInfo.InvariantCulture, $"model-{index + 1:D5}-of-{count:D5}.safetensors");

    private static PlannedShard Lay(string fileName, List<PlannedTensor> members)
    {
        var byName = members.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var layout = SafetensorsHeader.Build(fileName, members.Select(tensor => new TensorDeclaration(tensor.Name, tensor.OutputDType, tensor.Shape)), Metadata);
        return new PlannedShard(fileName, layout, [.. layout.Tensors.Select(placed => byName[placed.Tensor.Name])]);
    }
}
