namespace MergeKit.Engine.Checkpoints;

/// <summary>What fingerprints depend on and plans do not know: digests of stored tensors' bytes, and what computes with them.</summary>
internal interface IContentDigests
{
    /// <summary>BLAKE3 of a stored tensor's bytes, in lowercase hexadecimal.</summary>
    string Of(StoredTensor tensor);

    /// <summary>What computes, as far as bits of results may depend on it; null for the engine's own arithmetic.</summary>
    string? Backend { get; }
}
