using MergeKit.Engine.Caching.Hashing;

namespace MergeKit.Engine.Caching;

/// <summary>What one worker needs to compute digests, made once.</summary>
/// <param name="spareThreads">Threads that have nothing else to do.</param>
internal sealed class DigestBuffers(SemaphoreSlim spareThreads) : IDisposable
{
    private const int PieceBytes = 1 << 20;

    /// <summary>The piece that was read before, which may still be hashed; only needed where another thread does that.</summary>
    private byte[]? former;

    /// <summary>For what is read at a time.</summary>
    public byte[] Piece { get; private set; } = NewPiece();

    /// <summary>For the digest of a whole file.</summary>
    public FileHasher OfFile { get; } = new(spareThreads);

    /// <summary>For the digest of one tensor after the other.</summary>
    public Blake3 OfTensor { get; } = new();

    /// <summary>Makes a piece free for reading while <see cref="OfFile"/> may still be at the last one.</summary>
    public void NextPiece()
    {
        if (OfFile.IsBusy)
        {
            (Piece, former) = (former ?? NewPiece(), Piece);
        }
    }

    public void Dispose() => OfFile.Dispose();

    private static byte[] NewPiece() => GC.AllocateUninitializedArray<byte>(PieceBytes);
}
