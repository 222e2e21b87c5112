using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>SHA-256 of whole files.</summary>
internal static class FileHash
{
    /// <summary>Hash of no bytes at all.</summary>
    public const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Reads a file from beginning to end.</summary>
    /// <exception cref="MergeException">The file cannot be opened or read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FileDigest Of(string path, CancellationToken cancellation) => FileErrors.WhenReading(path, () =>
    {
        var size = 0L;
        var sha256 = FileCopy.Read(path, piece => size += piece.Length, cancellation);
        return new FileDigest(Path.GetFileName(path), size, sha256);
    });
}
