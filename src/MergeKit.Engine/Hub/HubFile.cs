using MergeKit.Engine.Caching;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Hub;

/// <summary>A file as the hub describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ETag">Its tag without quotes, by which the cache names its content: SHA-256 of a large file, git's name of a small one.</param>
/// <param name="Size">Bytes; null if the hub does not say.</param>
internal sealed record HubFile(string Name, string ETag, long? Size)
{
    /// <summary>The SHA-256 that its content has; null where the tag is none.</summary>
    public string? Sha256 => Sha256Text.IsDigest(ETag) ? ETag : null;

    /// <summary>The name that git gives its content; null where the tag is none.</summary>
    public string? GitBlobId => ETag.Length == GitBlob.Length && ETag.All(char.IsAsciiHexDigitLower) ? ETag : null;
}
