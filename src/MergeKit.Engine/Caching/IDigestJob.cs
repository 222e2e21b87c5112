using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>A part of taking the digests of a file and its tensors that one thread does.</summary>
internal interface IDigestJob
{
    /// <summary>What takes the time: bytes to hash, those for a file's digest counted as many times as they take longer than those for a tensor's.</summary>
    long Work { get; }

    /// <summary>SHA-256 of the file, when the job has run; null if it was not wanted.</summary>
    string? FileDigest { get; }

    /// <summary>BLAKE3 of every tensor by <see cref="CheckpointDigest.KeyOf"/>, when the job has run.</summary>
    IEnumerable<KeyValuePair<string, string>> TensorDigests { get; }

    /// <summary>Reads and hashes.</summary>
    /// <exception cref="MergeException">The file cannot be read, or has become shorter since it was opened.</exception>
    void Run(DigestBuffers buffers, Action<long>? bytesRead, CancellationToken cancellation);
}
