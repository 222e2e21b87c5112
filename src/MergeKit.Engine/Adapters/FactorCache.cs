namespace MergeKit.Engine.Adapters;

/// <summary>
/// Keeps the right factors that were used last, up to a number of bytes (and always the last one, whatever its size): those of the tensors
/// that are being computed, but not those of a whole adapter. For any number of threads.
/// </summary>
/// <param name="maximumBytes">Bytes to keep.</param>
internal sealed class FactorCache(long maximumBytes = 128 << 20)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Entry> recent = [];
    private readonly Dictionary<object, LinkedListNode<Entry>> entries = new(ReferenceEqualityComparer.Instance);
    private long bytes;

    /// <summary>The factor of a tensor; read by one thread when it is not kept, while others that want it wait.</summary>
    /// <param name="tensor">Whose factor it is.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="read">Reads it.</param>
    public PackedMatrix Get(object tensor, long size, Func<PackedMatrix> read)
    {
        Lazy<PackedMatrix> factor;
        lock (gate)
        {
            if (entries.TryGetValue(tensor, out var node))
            {
                recent.Remove(node);
            }
            else
            {
                node = new LinkedListNode<Entry>(new Entry(tensor, size, new Lazy<PackedMatrix>(read)));
                entries.Add(tensor, node);
                bytes += size;
                Trim();
            }

            recent.AddFirst(node);
            factor = node.Value.Factor;
        }

        return factor.Value;
    }

    /// <summary>Releases everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            recent.Clear();
            entries.Clear();
            bytes = 0;
        }
    }

    private void Trim()
    {
        while (bytes > maximumBytes && recent.Last is { } oldest)
        {
            recent.RemoveLast();
            entries.Remove(oldest.Value.Tensor);
            bytes -= oldest.Value.Size;
        }
    }

    private sealed record Entry(object Tensor, long Size, Lazy<PackedMatrix> Factor);
}
