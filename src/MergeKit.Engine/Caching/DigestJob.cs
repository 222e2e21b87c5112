using MergeKit.Engine.Caching.Hashing;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>One sequential read of a file or a part of it, and the digests that are taken of what passes.</summary>
/// <param name="file">The file.</param>
/// <param name="begin">The first byte to read.</param>
/// <param name="end">The byte after the last.</param>
/// <param name="hashesFile">Whether the digest of all the bytes is wanted.</param>
/// <param name="tensors">The tensors in the part whose digests are wanted, in the order of their data.</param>
internal sealed class DigestJob(CheckpointFile file, long begin, long end, bool hashesFile, IReadOnlyList<StoredTensor> tensors) : IDigestJob
{
    /// <summary>What SHA-256 takes of the time that BLAKE3 does, on a processor with instructions for it.</summary>
    private const int FileWork = 4;

    private readonly string[] tensorDigests = new string[tensors.Count];
    private int current;

    /// <summary>Bytes to read.</summary>
    public long Length => end - begin;

    /// <inheritdoc/>
    public long Work => (hashesFile ? FileWork * Length : 0) + (tensors.Count > 0 ? Length : 0);

    /// <inheritdoc/>
    public string? FileDigest { get; private set; }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> TensorDigests => tensors.Select((tensor, i) => KeyValuePair.Create(CheckpointDigest.KeyOf(tensor), tensorDigests[i]));

    /// <inheritdoc/>
    public void Run(DigestBuffers buffers, Action<long>? bytesRead, CancellationToken cancellation)
    {
        var offset = begin;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            buffers.NextPiece();
            var piece = buffers.Piece.AsSpan(0, (int)Math.Min(buffers.Piece.Length, end - offset));
            if (file.Fill(offset, piece) < piece.Length)
            {
                throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, file.Path);
            }

            if (hashesFile)
            {
                buffers.OfFile.Append(buffers.Piece, piece.Length);
            }

            HashTensors(buffers.OfTensor, offset, piece);
            offset += piece.Length;
            bytesRead?.Invoke(piece.Length);
        }
        while (offset < end);
        FileDigest = hashesFile ? buffers.OfFile.Take() : null;
    }

    private void HashTensors(Blake3 hash, long offset, ReadOnlySpan<byte> piece)
    {
        for (; current < tensors.Count; current++)
        {
            var start = tensors[current].FileOffset - offset;
            var stop = start + tensors[current].ByteLength;
            if (start < piece.Length)
            {
                hash.Append(piece[(int)Math.Max(start, 0)..(int)Math.Min(stop, piece.Length)]);
            }

            if (stop > piece.Length)
            {
                return;
            }

            tensorDigests[current] = hash.Take();
        }
    }
}
