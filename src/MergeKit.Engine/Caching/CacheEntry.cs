namespace MergeKit.Engine.Caching;

/// <summary>What the store keeps under the fingerprint of a shard.</summary>
/// <param name="Sha256">Digest of the weights file, which is its name in the store.</param>
/// <param name="Size">Bytes of the weights file.</param>
/// <param name="Payload">What the caller wants to have kept with it.</param>
internal sealed record CacheEntry(string Sha256, long Size, string Payload);
