using System.Buffers;
using System.Security.Cryptography;
using MergeKit.Engine.Caching;

namespace MergeKit.Engine.Output;

/// <summary>
/// SHA-256 of a file whose parts are written in any order by several threads, computed meanwhile. A part that continues what is hashed is hashed
/// by the thread that wrote it; parts that come too early wait, in memory while there is room, else in the file, until the gap before them is closed.
/// </summary>
/// <param name="memory">Where parts wait.</param>
/// <param name="readBack">Reads what was written at an offset.</param>
/// <param name="cancellation">Checked between pieces that are read back.</param>
internal sealed class RunningHash(HashMemory memory, RunningHash.Reader readBack, CancellationToken cancellation) : IDisposable
{
    private const int PieceBytes = 1 << 18;

    private readonly Lock gate = new();
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Parts that are written but not hashed, by their first byte.</summary>
    private readonly Dictionary<long, Part> waiting = [];
    private long hashed;
    private bool isHashing;

    /// <summary>Fills a buffer with what stands at an offset of the file.</summary>
    public delegate void Reader(long offset, Span<byte> destination);

    /// <summary>Takes bytes that have been written.</summary>
    public void Add(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        if (TryBegin(offset))
        {
            hash.AppendData(bytes);
            Advance(bytes.Length);
            return;
        }

        var copy = memory.TryHold(bytes);
        lock (gate)
        {
            waiting.Add(offset, new Part(bytes.Length, copy));
        }

        CatchUp();
    }

    /// <summary>Takes bytes for written that stood in the file before; they are read when they are next.</summary>
    public void Keep(long offset, long length)
    {
        if (length > 0)
        {
            lock (gate)
            {
                waiting.Add(offset, new Part(length, null));
            }
        }
    }

    /// <summary>The hash of all bytes, in hexadecimal digits.</summary>
    /// <param name="length">Bytes of the file, all of which were added or kept.</param>
    public string Finish(long length)
    {
        CatchUp();
        return hashed == length ? Sha256Text.Take(hash) : throw new InvalidOperationException($"{hashed} of {length} bytes were hashed.");
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    /// <summary>Whether the caller is to hash this part now; otherwise it waits for whoever closes the gap before it.</summary>
    private bool TryBegin(long offset)
    {
        lock (gate)
        {
            return !isHashing && offset == hashed && (isHashing = true);
        }
    }

    /// <summary>Hashes what is next, if it has been written and no other thread is at it.</summary>
    private void CatchUp()
    {
        Part next;
        lock (gate)
        {
            if (isHashing || !waiting.Remove(hashed, out next))
            {
                return;
            }

            isHashing = true;
        }

        Hash(next);
        Advance(next.Length);
    }

    /// <summary>Goes on from a part that was hashed with those that have waited for it.</summary>
    private void Advance(long length)
    {
        while (true)
        {
            Part next;
            lock (gate)
            {
                hashed += length;
                if (!waiting.Remove(hashed, out next))
                {
                    isHashing = false;
                    return;
                }
            }

            Hash(next);
            length = next.Length;
        }
    }

    private void Hash(Part part)
    {
        if (part.Bytes is null)
        {
            HashFile(part.Length);
            return;
        }

        hash.AppendData(part.Bytes, 0, (int)part.Length);
        memory.Release(part.Bytes);
    }

    private void HashFile(long length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (var offset = hashed; length > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, length));
                readBack(offset, piece);
                hash.AppendData(piece);
                offset += piece.Length;
                length -= piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A part of the file; null bytes for one that is to be read back.</summary>
    private readonly record struct Part(long Length, byte[]? Bytes);
}
