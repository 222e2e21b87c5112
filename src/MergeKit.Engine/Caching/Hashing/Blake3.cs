namespace MergeKit.Engine.Caching.Hashing;

/// <summary>
/// The hash function BLAKE3, of bytes that come piece by piece. Faster than SHA-256 as it is a tree: its leaves, chunks of 1024 bytes, and then the
/// nodes above them are hashed side by side. Source: J. O'Connor, J.-P. Aumasson, S. Neves, Z. Wilcox-O'Hearn, "BLAKE3: one function, fast everywhere".
/// </summary>
internal sealed class Blake3
{
    /// <summary>Chunks, or parents of nodes, that are hashed together.</summary>
    private const int Batch = Blake3Nodes.Batch;

    private const int BatchBytes = Batch * Blake3Format.ChunkBytes;
    private const int LevelBytes = 2 * Batch * Blake3Format.ValueBytes;

    /// <summary>Enough for 2^63 bytes.</summary>
    private const int Levels = 54;

    private readonly byte[] pending = new byte[BatchBytes];
    private int pendingBytes;

    /// <summary>Values of nodes that have no parent yet, level by level from the chunks up. A level has room for those of two batches and waits for them.</summary>
    private readonly byte[] nodes = new byte[Levels * LevelBytes];

    /// <summary>Batches of chunks that were hashed. Its binary digits are the batches of nodes that wait in the levels.</summary>
    private ulong batches;

    /// <summary>Hashes more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (pendingBytes > 0)
        {
            var count = Math.Min(BatchBytes - pendingBytes, bytes.Length);
            bytes[..count].CopyTo(pending.AsSpan(pendingBytes));
            pendingBytes += count;
            bytes = bytes[count..];
            if (pendingBytes < BatchBytes)
            {
                return;
            }

            HashBatch(pending);
        }

        for (; bytes.Length >= BatchBytes; bytes = bytes[BatchBytes..])
        {
            HashBatch(bytes);
        }

        bytes.CopyTo(pending);
        pendingBytes = bytes.Length;
    }

    /// <summary>Takes the digest of everything appended, as 64 lowercase hexadecimal digits; the hash starts anew.</summary>
    public string Take()
    {
        Span<byte> digest = stackalloc byte[Blake3Format.ValueBytes];
        if (batches == 0 && pendingBytes <= Blake3Format.ChunkBytes)
        {
            Blake3Nodes.HashRootChunk(pending.AsSpan(0, pendingBytes), digest);
        }
        else
        {
            HashRoot(digest);
        }

        (batches, pendingBytes) = (0, 0);
        return Convert.ToHexStringLower(digest);
    }

    private void HashBatch(ReadOnlySpan<byte> bytes)
    {
        Blake3Nodes.HashChunks(bytes, batches * Batch, Batch, Nodes(0, Waiting(0)));
        for (var level = 0; Waiting(level) > 0; level++)
        {
            Blake3Nodes.HashParents(Nodes(level, 0), Batch, Nodes(level + 1, Waiting(level + 1)));
        }

        batches++;
    }

    /// <summary>The value of the node above all others, of at least two chunks.</summary>
    private void HashRoot(Span<byte> digest)
    {
        var (whole, rest) = Math.DivRem(pendingBytes, Blake3Format.ChunkBytes);
        var count = Waiting(0) + whole;
        Blake3Nodes.HashChunks(pending, batches * Batch, whole, Nodes(0, Waiting(0)));
        if (rest > 0)
        {
            Blake3Nodes.HashChunk(pending.AsSpan(whole * Blake3Format.ChunkBytes, rest), batches * Batch + (uint)whole, Nodes(0, count++));
        }

        var level = 0;
        for (; count != 2 || batches >> level + 1 != 0; level++)
        {
            var waiting = Waiting(level + 1);
            Blake3Nodes.HashParents(Nodes(level, 0), count / 2, Nodes(level + 1, waiting));
            if (int.IsOddInteger(count))
            {
                // The last node, of fewer chunks than the others, is one of the next level as it is.
                Nodes(level, count - 1)[..Blake3Format.ValueBytes].CopyTo(Nodes(level + 1, waiting + count / 2));
            }

            count = waiting + (count + 1) / 2;
        }

        Blake3Nodes.HashRoot(Nodes(level, 0), digest);
    }

    /// <summary>Nodes of a level that wait for as many others.</summary>
    private int Waiting(int level) => (batches >> level & 1) == 0 ? 0 : Batch;

    private Span<byte> Nodes(int level, int first) => nodes.AsSpan(level * LevelBytes + first * Blake3Format.ValueBytes);
}
