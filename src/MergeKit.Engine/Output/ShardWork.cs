using System.Text.Json;
using MergeKit.Engine.Caching;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>What is done for an output file: it is there already, or its tensors are written.</summary>
/// <param name="Planned">The file.</param>
/// <param name="Fingerprint">Hash of everything its bytes depend on.</param>
/// <param name="Tensors">Its tensors; all known, where the whole file is.</param>
internal sealed record ShardWork(PlannedShard Planned, string Fingerprint, IReadOnlyList<TensorWork> Tensors)
{
    /// <summary>The finished file to link to, in the former model or fetched from the cache; null if the file is written.</summary>
    public string? Finished { get; init; }

    /// <summary>Digest of the finished file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether the file is written.</summary>
    public bool IsWritten => Finished is null;

    /// <summary>Whether the cache is worth asking for the file: not if an interrupted merge has left all of it.</summary>
    public bool IsWanted => IsWritten && Tensors.Any(tensor => !tensor.IsInPlace);

    /// <summary>The same file, finished in the cache.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="cached">What the cache knows of it.</param>
    public ShardWork From(string place, CachedShard cached)
    {
        var reports = JsonSerializer.Deserialize<TensorReport[]>(cached.Payload)!;
        return this with { Finished = place, Sha256 = cached.Sha256, Tensors = [.. Tensors.Zip(reports, (tensor, report) => tensor with { Known = report, Former = null })] };
    }
}
