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
    public FinishedShard? Finished { get; init; }

    /// <summary>Whether the file is written.</summary>
    public bool IsWritten => Finished is null;

    /// <summary>Whether the cache is worth asking for the file: not if an interrupted merge has left all of it.</summary>
    public bool IsWanted => IsWritten && Tensors.Any(tensor => !tensor.IsInPlace);

    /// <summary>The same file, finished in the cache; null if what is kept with it is of another version of the engine.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="cached">What the cache knows of it.</param>
    public ShardWork? From(string path, CachedShard cached)
    {
        try
        {
            return JsonSerializer.Deserialize<TensorReport?[]>(cached.Payload, SealedFile.Strict) is { } reports
                ? FinishedBy(new FinishedShard(path, cached.Stamp, cached.Sha256), reports)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same with its finished file; null if what is kept with the file cannot be about these tensors.</summary>
    /// <param name="finished">The file.</param>
    /// <param name="reports">What the data of its tensors gave reason to say, as it was read from a record.</param>
    public ShardWork? FinishedBy(FinishedShard finished, IReadOnlyList<TensorReport?> reports)
    {
        var known = Tensors.Zip(reports, (tensor, report) => tensor with { Known = report, Former = null }).ToList();
        return reports.Count == Tensors.Count && known.TrueForAll(tensor => tensor.Known is { } report && report.Fits(tensor.Tensor))
            ? this with { Finished = finished, Tensors = known }
            : null;
    }
}
