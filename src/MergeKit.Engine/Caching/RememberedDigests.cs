using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Caching;

/// <summary>Digests of the tensors of given files.</summary>
/// <param name="files">Digests by full path of the file; every file that is asked about.</param>
internal sealed class RememberedDigests(IReadOnlyDictionary<string, CheckpointDigest> files) : IContentDigests
{
    /// <inheritdoc/>
    public string Of(StoredTensor tensor) => files[tensor.FilePath].Tensors[CheckpointDigest.KeyOf(tensor)];
}
