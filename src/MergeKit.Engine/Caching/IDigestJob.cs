using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Caching;

/// <summary>A part of taking the digests of a file and its tensors that one thread does.</summary>
internal interface IDigestJob
{
    /// <summary>Bytes to hash, which is what takes the time.</summary>
    long Work { get; }

    /// <summary>SHA-256 of the file, when the job has run; null if it was not wanted.</summary>
    string? FileDigest { get; }

    /// <summary>SHA-256 of every tensor by <see cref="CheckpointDigest.KeyOf"/>, when the job has run.</summary>
    IEnumerable<KeyValuePair<string, string>> TensorDigests { get; }

    /// <summary>Reads and hashes.</summary>
    /// <exception cref="MergeException">The file cannot be read, or has become shorter since it was opened.</exception>
    void Run(DigestBuffers buffers, Action<long>? bytesRead, CancellationToken cancellation);
}
