using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>A file that an interrupted merge was writing.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="HeaderHash">Hash of its header: tensors of a file with the same header have the same places.</param>
internal sealed record JournalShard(string FileName, string HeaderHash)
{
    /// <summary>Finished tensors by the offsets of their first elements.</summary>
    public Dictionary<long, (string Fingerprint, TensorReport Report)> Finished { get; } = [];

    /// <summary>What the data of a tensor gave reason to say, if it is finished; null otherwise.</summary>
    /// <param name="fileOffset">Its place.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="fingerprint">What its bytes depend on now.</param>
    public TensorReport? Find(long fileOffset, PlannedTensor tensor, string fingerprint) =>
        Finished.TryGetValue(fileOffset, out var found) && found.Fingerprint == fingerprint && found.Report.Fits(tensor) ? found.Report : null;
}
