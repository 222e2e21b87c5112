using System.Security.Cryptography;

namespace MergeKit.Engine.Caching;

/// <summary>
/// SHA-256 of a file, piece by piece. It is the largest part of the work on a file and cannot be divided, so where a thread has nothing else to
/// do it takes the pieces, one at a time, while the caller reads on and hashes tensors.
/// </summary>
/// <param name="spareThreads">Threads that have nothing else to do.</param>
internal sealed class FileHasher(SemaphoreSlim spareThreads) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private Task last = Task.CompletedTask;
    private bool hasHelper;

    /// <summary>Whether the piece that was appended last may still be read.</summary>
    public bool IsBusy => !last.IsCompleted;

    /// <summary>Appends a piece, which stays as it is until the next one is appended or the digest is taken.</summary>
    public void Append(byte[] piece, int length)
    {
        last.Wait();
        hasHelper = hasHelper || spareThreads.Wait(0);
        if (hasHelper)
        {
            last = Task.Run(() => hash.AppendData(piece, 0, length));
        }
        else
        {
            hash.AppendData(piece, 0, length);
        }
    }

    /// <summary>Takes the digest of everything appended; the hash starts anew.</summary>
    public string Take()
    {
        Release();
        return Sha256Text.Take(hash);
    }

    public void Dispose()
    {
        Release();
        hash.Dispose();
    }

    private void Release()
    {
        last.Wait();
        if (hasHelper)
        {
            hasHelper = false;
            spareThreads.Release();
        }
    }
}
