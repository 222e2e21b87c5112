using System.Text.Json;
using MergeKit.Engine.Checkpoints;

namespace MergeKit.SyntheticModels;

/// <summary>Writes model folders whose files have true headers and the true size, but no weights: they take no space on the disk.</summary>
public static class SparseModel
{
    /// <summary>Writes a model in several files with an index.</summary>
    /// <param name="folder">The folder to create.</param>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="shards">Number of files, each with its share of the tensors.</param>
    public static void Write(string folder, LlamaShape shape, int shards)
    {
        Directory.CreateDirectory(folder);
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (shard, tensors) in Divide(shape, shards))
        {
            var name = $"model-{shard + 1:00000}-of-{shards:00000}.safetensors";
            WriteShard(Path.Combine(folder, name), tensors);
            tensors.ForEach(tensor => map.Add(tensor.Name, name));
        }

        var index = new { metadata = new { total_size = shape.ByteLength }, weight_map = map };
        File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), JsonSerializer.Serialize(index));
        File.WriteAllText(Path.Combine(folder, "config.json"), GeneratedModel.Config(shape, seed: 0));
    }

    private static IEnumerable<(int Shard, List<TensorDeclaration> Tensors)> Divide(LlamaShape shape, int shards)
    {
        var (total, offset) = (shape.ByteLength, 0L);
        var places = new List<(int Shard, TensorDeclaration Tensor)>();
        foreach (var tensor in shape.Tensors)
        {
            places.Add(((int)((Int128)offset * shards / total), tensor));
            offset += tensor.ByteLength;
        }

        return places.GroupBy(place => place.Shard, place => place.Tensor).Select(group => (group.Key, group.ToList()));
    }

    private static void WriteShard(string path, List<TensorDeclaration> tensors)
    {
        var layout = SafetensorsHeader.Build(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        file.Write(layout.Header.Span);
        file.SetLength(layout.FileSize);
    }
}
