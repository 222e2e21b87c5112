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
    private readonly string[] tensorDigests = new string[tensors.Count];
    private int current;

    /// <summary>Bytes to read.</summary>
    public long Length => end - begin;

    /// <inheritdoc/>
    public long Work => (hashesFile ? Length : 0) + (tensors.Count > 0 ? Length : 0);

    /// <summary>Whether what is read counts as progress: not where another job reads the same bytes for their tensors.</summary>
    public bool IsCounted { get; init; } = true;

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
            var piece = buffers.Piece.AsSpan(0, (int)Math.Min(buffers.Piece.Length, end - offset));
            if (file.Fill(offset, piece) < piece.Length)
            {
                throw new MergeException(DiagnosticCode.FileChangedWhileRead, null, file.Path);
            }

            Hash(buffers, offset, piece);
            offset += piece.Length;
            if (IsCounted)
            {
                bytesRead?.Invoke(piece.Length);
            }
        }
        while (offset < end);
        FileDigest = hashesFile ? Sha256Text.Take(buffers.OfFile) : null;
    }

    private void Hash(DigestBuffers buffers, long offset, ReadOnlySpan<byte> piece)
    {
        if (hashesFile)
        {
            buffers.OfFile.AppendData(piece);
        }

        for (; current < tensors.Count; current++)
        {
            var start = tensors[current].FileOffset - offset;
            var stop = start + tensors[current].ByteLength;
            if (start < piece.Length)
            {
                buffers.OfTensor.AppendData(piece[(int)Math.Max(start, 0)..(int)Math.Min(stop, piece.Length)]);
            }

            if (stop > piece.Length)
            {
                return;
            }

            tensorDigests[current] = Sha256Text.Take(buffers.OfTensor);
        }
    }
}
