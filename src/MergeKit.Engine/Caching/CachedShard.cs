namespace MergeKit.Engine.Caching;

/// <summary>A shard that came from the store.</summary>
/// <param name="Sha256">Digest of the file, which was compared.</param>
/// <param name="Stamp">Its stamp from before it was compared.</param>
/// <param name="Payload">What was stored with it.</param>
internal sealed record CachedShard(string Sha256, FileStamp Stamp, string Payload);
