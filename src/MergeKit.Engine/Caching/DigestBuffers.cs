using System.Security.Cryptography;

namespace MergeKit.Engine.Caching;

/// <summary>What one worker needs to compute digests, made once.</summary>
internal sealed class DigestBuffers : IDisposable
{
    private const int PieceBytes = 1 << 20;

    /// <summary>For what is read at a time.</summary>
    public byte[] Piece { get; } = GC.AllocateUninitializedArray<byte>(PieceBytes);

    /// <summary>For the digest of a whole file.</summary>
    public IncrementalHash OfFile { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>For the digest of one tensor after the other.</summary>
    public IncrementalHash OfTensor { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose()
    {
        OfFile.Dispose();
        OfTensor.Dispose();
    }
}
