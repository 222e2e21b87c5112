using System.Runtime.InteropServices;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// What stays on a device from one pass over an output tensor to the next, as far as it fits: inputs as they are stored, and what is dropped at random. Passes
/// go from the first block to the last, so each has elements up to some place.
/// </summary>
/// <param name="maximumBytes">Bytes that may be kept.</param>
internal sealed class ResidentTensors(long maximumBytes) : IDisposable
{
    private readonly Dictionary<object, Entry> entries = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, TorchTensor> constants = new(ReferenceEqualityComparer.Instance);
    private bool isClosed;

    /// <summary>Bytes in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Makes room for a tensor, if there is any and it has none yet.</summary>
    public void Reserve(object key, long elements, torch.ScalarType type, int elementSize, torch.Device device)
    {
        var bytes = elements * elementSize;
        if (isClosed || entries.ContainsKey(key) || Bytes + bytes > maximumBytes)
        {
            return;
        }

        try
        {
            using var scope = torch.NewDisposeScope();
            entries.Add(key, new Entry(scope.Detach(torch.empty(elements, type, device))));
            Bytes += bytes;
        }
        catch (ExternalException e) when (Torch.IsOutOfMemory(e))
        {
            isClosed = true;
        }
    }

    /// <summary>The elements of a block: those of a reserved tensor, the missing ones of which are filled in; null if there is none.</summary>
    /// <param name="key">What was reserved.</param>
    /// <param name="block">Where the elements are.</param>
    /// <param name="fill">Writes the elements of a block, which begins where those before end.</param>
    public TorchTensor? Find(object key, Block block, Action<Block, TorchTensor> fill)
    {
        if (!entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        var end = block.Start + block.Length;
        if (end > entry.Filled)
        {
            using var missing = entry.Values.narrow(0, entry.Filled, end - entry.Filled);
            fill(new Block(entry.Filled, end - entry.Filled), missing);
            entry.Filled = end;
        }

        return entry.Values.narrow(0, block.Start, block.Length);
    }

    /// <summary>A small tensor that belongs to a node of an expression.</summary>
    public TorchTensor Constant(object key, Func<TorchTensor> create)
    {
        if (!constants.TryGetValue(key, out var constant))
        {
            using var scope = torch.NewDisposeScope();
            constants.Add(key, constant = scope.Detach(create()));
        }

        return constant;
    }

    /// <summary>Gives up what is kept, and keeps nothing more of this output tensor.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool GiveUp()
    {
        var any = entries.Count > 0;
        Release(entries.Values.Select(entry => entry.Values));
        entries.Clear();
        (Bytes, isClosed) = (0, true);
        return any;
    }

    /// <summary>Begins another output tensor.</summary>
    public void Clear()
    {
        GiveUp();
        Release(constants.Values);
        constants.Clear();
        isClosed = false;
    }

    public void Dispose() => Clear();

    private static void Release(IEnumerable<TorchTensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }

    private sealed class Entry(TorchTensor values)
    {
        public TorchTensor Values { get; } = values;

        public long Filled { get; set; }
    }
}
