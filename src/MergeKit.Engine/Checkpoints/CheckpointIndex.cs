using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;

namespace MergeKit.Engine.Checkpoints;

/// <summary>A <c>model.safetensors.index.json</c> or <c>pytorch_model.bin.index.json</c>: which shard holds which tensor.</summary>
internal sealed class CheckpointIndex
{
    private CheckpointIndex(string path, Dictionary<string, string> shardOf)
    {
        Path = path;
        ShardOf = shardOf;
    }

    /// <summary>Full path of the index.</summary>
    public string Path { get; }

    /// <summary>File name of the shard by name of the tensor.</summary>
    public IReadOnlyDictionary<string, string> ShardOf { get; }

    /// <summary>File names of the shards in ordinal order.</summary>
    public IEnumerable<string> Shards => ShardOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Twice as much as models of a hundred thousand tensors need; reading takes many times this in memory.</summary>
    private const int MaximumSize = 24 << 20;

    /// <summary>Reads an index.</summary>
    /// <exception cref="MergeException">The file cannot be read, is no index, or names a shard outside its folder.</exception>
    public static CheckpointIndex Read(string path)
    {
        var json = JsonFile.ReadObject(path, MaximumSize);
        if (json["weight_map"] is not JsonObject map)
        {
            throw Invalid(path, "expected an object 'weight_map' that names the shard of every tensor, found none");
        }

        if (map.Count == 0)
        {
            throw Invalid(path, "its weight_map is empty");
        }

        var shardOf = new Dictionary<string, string>(map.Count, StringComparer.Ordinal);
        foreach (var (tensor, node) in map)
        {
            if (node is not JsonValue value || !value.TryGetValue<string>(out var shard))
            {
                throw Invalid(path, $"expected a file name for tensor '{DisplayText.Of(tensor)}', found {DisplayText.Of(node?.ToJsonString() ?? "null")}");
            }

            RequirePlainFileName(path, shard);
            shardOf.Add(tensor, shard);
        }

        return new CheckpointIndex(path, shardOf);
    }

    private static void RequirePlainFileName(string path, string shard)
    {
        // What separates paths on any system is refused on all, so that a checkpoint is good everywhere or nowhere.
        if (shard is "" or "." or ".." || shard.AsSpan().ContainsAny("/\\:\0"))
        {
            throw new MergeException(DiagnosticCode.ShardNameUnsafe, null, path, DisplayText.Of(shard));
        }
    }

    private static MergeException Invalid(string path, string reason) => new(DiagnosticCode.IndexInvalid, null, path, reason);
}
