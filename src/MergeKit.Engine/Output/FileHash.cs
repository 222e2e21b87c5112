using System.Security.Cryptography;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Output;

/// <summary>SHA-256 of whole files.</summary>
internal static class FileHash
{
    /// <summary>Hash of no bytes at all.</summary>
    public const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const int PieceBytes = 1 << 20;

    /// <summary>Reads a file from beginning to end.</summary>
    /// <exception cref="MergeException">The file cannot be opened or read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FileDigest Of(string path, CancellationToken cancellation) => FileErrors.WhenReading(path, () =>
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Math.Clamp(stream.Length, 1, PieceBytes)];
        var size = 0L;
        for (int read; (read = stream.Read(buffer)) > 0; size += read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return new FileDigest(Path.GetFileName(path), size, Convert.ToHexStringLower(hash.GetHashAndReset()));
    });
}
