namespace MergeKit.Engine.Downloads;

/// <summary>One file to download.</summary>
/// <param name="Source">
/// Where it comes from: an absolute <c>http</c>, <c>https</c> or <c>file</c> address; <c>new Uri("/mnt/share/model.safetensors")</c> is one of
/// a file share.
/// </param>
/// <param name="Destination">Path of the file when it is complete.</param>
public sealed record DownloadRequest(Uri Source, string Destination)
{
    /// <summary>Bytes that the file must have; null if that is not known.</summary>
    public long? Size { get; init; }

    /// <summary>SHA-256 that the file must have, in hexadecimal; null if that is not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// The name that git gives the file's content (SHA-1 of a blob), in hexadecimal; null if that is not known. For small files: they are read
    /// a second time for it.
    /// </summary>
    public string? GitBlobId { get; init; }

    /// <summary>A bearer token for the server of <see cref="Source"/>; no other server gets it.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Path of the file while it is incomplete, on the destination's file system; what a download leaves here, the next one continues. Null:
    /// the destination with <c>.partial</c> appended.
    /// </summary>
    public string? PartialPath { get; init; }

    /// <summary>
    /// Path of the file that keeps a second download of this destination out; it is empty and stays, because deleting it
    /// would let two in. Null: the destination with <c>.lock</c> appended.
    /// </summary>
    public string? LockPath { get; init; }

    /// <summary>Source and destination; nothing secret.</summary>
    public override string ToString() => $"{SourceName.Of(Source)} -> {Destination}";
}
