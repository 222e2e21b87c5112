using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Output;

/// <summary>A file with all the weights of an output file: in the former model, fetched from the cache, or written.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Stamp">Its stamp before its content was compared with the digest, or after it was written: with another one, it is not known what it holds.</param>
/// <param name="Sha256">Digest of its content.</param>
internal sealed record FinishedShard(string Path, FileStamp Stamp, string Sha256);
