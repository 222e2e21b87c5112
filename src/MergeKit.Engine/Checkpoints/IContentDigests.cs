namespace MergeKit.Engine.Checkpoints;

/// <summary>Digests of stored tensors' bytes.</summary>
internal interface IContentDigests
{
    /// <summary>BLAKE3 of a stored tensor's bytes, in lowercase hexadecimal.</summary>
    string Of(StoredTensor tensor);
}
