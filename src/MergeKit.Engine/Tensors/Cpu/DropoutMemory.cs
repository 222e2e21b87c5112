namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Lets the <see cref="DropoutTensor"/>s of expressions remember what a pass over all tiles draws, until the tensor is written.</summary>
internal static class DropoutMemory
{
    /// <summary>Bytes that the expressions of one pass may remember together.</summary>
    private const int MaximumBytes = 32 << 20;

    /// <summary>Runs a pass that every tile of these expressions is part of; what it draws is remembered.</summary>
    public static void Remember(IReadOnlyList<Tensor> tensors, Action pass)
    {
        var dropouts = Find(tensors).Where(dropout => dropout.Drawn is null).ToList();
        var tileLength = TileProgram.TileLengthOf(tensors, needsRows: false);
        foreach (var dropout in dropouts)
        {
            // Ranks belong to rows, which are drawn one by one.
            var runLength = dropout is RankedDropout ? (int)Math.Max(1, dropout.Shape.RowLength) : tileLength;
            dropout.Drawn = new DrawnBits(dropout.Shape.ElementCount, runLength, MaximumBytes / dropouts.Count);
        }

        pass();
        dropouts.ForEach(dropout => dropout.Drawn!.IsComplete = true);
    }

    /// <summary>Gives back what an expression has remembered.</summary>
    public static void Forget(Tensor tensor)
    {
        foreach (var dropout in Find([tensor]))
        {
            dropout.Drawn?.Dispose();
            dropout.Drawn = null;
        }
    }

    private static HashSet<DropoutTensor> Find(IReadOnlyList<Tensor> tensors)
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<Tensor>(tensors);
        while (pending.TryPop(out var tensor))
        {
            if (seen.Add(tensor))
            {
                tensor.Operands.ToList().ForEach(pending.Push);
            }
        }

        return [.. seen.OfType<DropoutTensor>()];
    }
}
