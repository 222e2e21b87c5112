namespace MergeKit.Engine.Downloads;

/// <summary>A complete, verified file.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, in lowercase hexadecimal.</param>
/// <param name="ETag">The server's tag for this version of the file; null if it gives none, or if the file was there already.</param>
public sealed record DownloadResult(string Path, long Size, string Sha256, string? ETag);
