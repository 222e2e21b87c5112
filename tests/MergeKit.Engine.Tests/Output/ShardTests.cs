using System.Text.Json;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

public sealed class ShardTests : IDisposable
{
    private const long TensorBytes = SmallModels.TensorBytes;
    private readonly MergeWorkspace workspace = new();

    public ShardTests() => SmallModels.Write(workspace);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(TensorBytes, 12)]
    [InlineData(2 * TensorBytes - 1, 12)]
    [InlineData(2 * TensorBytes, 6)]
    [InlineData(5 * TensorBytes, 3)]
    [InlineData(12 * TensorBytes - 1, 2)]
    public void Shards_fill_in_the_order_of_names_up_to_their_size(long shardSize, int shardCount)
    {
        var result = MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { ShardSize = shardSize });
        var shards = Directory.GetFiles(workspace.Output, "*.safetensors").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Enumerable.Range(1, shardCount).Select(i => $"model-{i:D5}-of-{shardCount:D5}.safetensors"), shards.Select(Path.GetFileName));
        var names = new List<string>();
        foreach (var shard in shards)
        {
            using var file = SafetensorsFile.Open(shard);
            Assert.True(file.Tensors.Count == 1 || file.Tensors.Sum(tensor => tensor.ByteLength) <= shardSize);
            Assert.Equal("pt", file.Metadata!["format"]);
            names.AddRange(file.Tensors.Select(tensor => tensor.Name));
        }

        Assert.Equal(Enumerable.Range(0, SmallModels.Tensors).Select(i => $"t{i:D2}.weight"), names);
        Assert.Equal(SmallModels.Tensors * TensorBytes, result.TotalBytes);
    }

    [Fact]
    public void The_index_names_the_shard_of_every_tensor()
    {
        MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { ShardSize = 5 * TensorBytes });
        var index = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(workspace.Output, "model.safetensors.index.json"))).RootElement;
        Assert.Equal(SmallModels.Tensors * TensorBytes, index.GetProperty("metadata").GetProperty("total_size").GetInt64());
        var map = index.GetProperty("weight_map").EnumerateObject().ToList();
        Assert.Equal(SmallModels.Tensors, map.Count);
        foreach (var entry in map)
        {
            using var shard = SafetensorsFile.Open(Path.Combine(workspace.Output, entry.Value.GetString()!));
            Assert.Contains(shard.Tensors, tensor => tensor.Name == entry.Name);
        }
    }

    [Fact]
    public void Sharding_does_not_change_tensors()
    {
        workspace.Merge(SmallModels.Linear);
        Assert.False(File.Exists(Path.Combine(workspace.Output, "model.safetensors.index.json")));
        var whole = Tensors();
        MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { ShardSize = 3 * TensorBytes });
        Assert.Equal(whole, Tensors());
        workspace.Merge(SmallModels.Linear);
        Assert.Equal(["model.safetensors"], Directory.GetFiles(workspace.Output, "model*").Select(Path.GetFileName));
    }

    public void Dispose() => workspace.Dispose();

    private SortedDictionary<string, byte[]> Tensors()
    {
        using var checkpoint = Checkpoint.Open(workspace.Output);
        return new(checkpoint.Tensors.ToDictionary(pair => pair.Key, pair => MergedTensors.Bytes(pair.Value)), StringComparer.Ordinal);
    }
}
