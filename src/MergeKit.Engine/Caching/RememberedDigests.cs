using MergeKit.Engine.Checkpoints;

namespace MergeKit.Engine.Caching;

/// <summary>Digests of the tensors of given files.</summary>
/// <param name="files">Digests by full path of the file; every file that is asked about.</param>
/// <param name="backend">What computes; null for the engine's own arithmetic.</param>
internal sealed class RememberedDigests(IReadOnlyDictionary<string, CheckpointDigest> files, string? backend) : IContentDigests
{
    /// <inheritdoc/>
    public string? Backend { get; } = backend;

    /// <inheritdoc/>
    public string Of(StoredTensor tensor) => files[tensor.FilePath].Tensors[CheckpointDigest.KeyOf(tensor)];
}
