using System.Security.Cryptography;

namespace MergeKit.Engine.Caching;

/// <summary>Reads whole files.</summary>
internal static class FileCopy
{
    private const int PieceBytes = 1 << 20;

    /// <summary>SHA-256 of a file.</summary>
    public static string Digest(string path, CancellationToken cancellation) => Read(path, _ => { }, cancellation);

    /// <summary>Copies a file to a name that must be free, and makes the copy survive a power loss.</summary>
    /// <returns>SHA-256 of what was copied.</returns>
    public static string Create(string source, string destination, CancellationToken cancellation)
    {
        using var target = File.OpenHandle(destination, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        try
        {
            var offset = 0L;
            var digest = Read(
                source,
                piece =>
                {
                    RandomAccess.Write(target, piece, offset);
                    offset += piece.Length;
                },
                cancellation);
            RandomAccess.FlushToDisk(target);
            return digest;
        }
        catch
        {
            target.Dispose();
            CacheFiles.TryDelete(destination);
            throw;
        }
    }

    /// <summary>Reads a file piece by piece.</summary>
    /// <returns>SHA-256 of what was read.</returns>
    public static string Read(string path, Action<ReadOnlySpan<byte>> use, CancellationToken cancellation)
    {
        using var source = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = GC.AllocateUninitializedArray<byte>(PieceBytes);
        var offset = 0L;
        for (var count = RandomAccess.Read(source, buffer, offset); count > 0; count = RandomAccess.Read(source, buffer, offset))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, count);
            use(buffer.AsSpan(0, count));
            offset += count;
        }

        return Sha256Text.Take(hash);
    }
}
