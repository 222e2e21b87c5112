using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Output;

/// <summary>A file of a merged model.</summary>
/// <param name="Name">Its name in the model folder.</param>
/// <param name="Stamp">The file system's view of it.</param>
/// <param name="Sha256">Digest of its content.</param>
/// <param name="Shard">What it holds, if it holds weights.</param>
internal sealed record FileState(string Name, FileStamp Stamp, string Sha256, ShardState? Shard);
