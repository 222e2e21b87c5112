using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Caching;

/// <summary>
/// The digest of a tensor that a pass over the file does not meet as a whole: of its elements in their order, so that it is that of the
/// same tensor in any other file. Does not count as progress, as another job reads the same bytes for the file.
/// </summary>
internal sealed class ViewDigestJob(StoredTensor tensor) : IDigestJob
{
    private string? digest;

    public long Work => tensor.ByteLength;

    public string? FileDigest => null;

    public IEnumerable<KeyValuePair<string, string>> TensorDigests => [KeyValuePair.Create(CheckpointDigest.KeyOf(tensor), digest!)];

    public void Run(DigestBuffers buffers, Action<long>? bytesRead, CancellationToken cancellation)
    {
        for (var offset = 0L; offset < tensor.ByteLength;)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = buffers.Piece.AsSpan(0, (int)Math.Min(buffers.Piece.Length, tensor.ByteLength - offset));
            tensor.Read(offset / tensor.DType.Size(), piece);
            buffers.OfTensor.Append(piece);
            offset += piece.Length;
        }

        digest = buffers.OfTensor.Take();
    }
}
