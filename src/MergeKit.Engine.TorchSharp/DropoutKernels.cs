using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Drops elements at random. Numbers are drawn on the processor, with the bits that the engine's own kernels draw, and what they decide is kept on the
/// device for the passes to come, as far as there is room.
/// </summary>
internal sealed class DropoutKernels(DeviceLane lane)
{
    private static readonly byte[] BitsOfByte = [1, 2, 4, 8, 16, 32, 64, 128];

    /// <summary>Drops elements of a block.</summary>
    public TorchTensor Run(DropoutTensor node, Operand x, Block block)
    {
        using var scope = torch.NewDisposeScope();
        var dropped = lane.Resident.Find(node, block, (missing, destination) =>
        {
            using var inner = torch.NewDisposeScope();
            destination.copy_(Dropped(node, x.Value.narrow(0, missing.Start - block.Start, missing.Length), missing));
        });
        return scope.MoveToOuter(NodeKernels.Drop(x, dropped ?? Dropped(node, x.Value, block)));
    }

    private TorchTensor Dropped(DropoutTensor node, TorchTensor x, Block block) => node switch
    {
        RandomDropout random => DroppedAbove(random.KeepBelow, node.Key, block),
        RankedDropout { Least: var least, Most: var most } when least == most => DroppedAbove(least, node.Key, block),
        RankedDropout ranked => DroppedByRank(ranked, x, block),
        _ => throw new InvalidOperationException($"No kernel for {node.GetType().Name}."),
    };

    private TorchTensor DroppedAbove(ulong keepBelow, ulong key, Block block)
    {
        var bits = lane.DrawBits(key, keepBelow, block);
        var bitOf = lane.Resident.Constant(BitsOfByte, () => lane.Upload<byte>(BitsOfByte, torch.ScalarType.Byte));
        return bits.unsqueeze(1).bitwise_and(bitOf).eq(Constants.Zero).view(-1).narrow(0, 0, block.Length);
    }

    /// <summary>
    /// Sorts rows by magnitude, brings the numbers into that order, compares them with the bounds of the ranks, and brings what that says back into
    /// the order of the elements.
    /// </summary>
    private TorchTensor DroppedByRank(RankedDropout node, TorchTensor x, Block block)
    {
        var rowLength = node.KeepBelow.Length;
        var bounds = lane.Resident.Constant(node, () => lane.Upload<long>(SignedBounds(node), torch.ScalarType.Int64));
        var (_, order) = x.abs().view(-1, rowLength).sort(-1, stable: true);
        var dropped = lane.Draw(node.Key, block).view(-1, rowLength).gather(1, order).ge(bounds);
        return torch.empty_like(dropped).scatter_(1, order, dropped).view(-1);
    }

    /// <summary>The bounds for numbers less 2³¹.</summary>
    private static long[] SignedBounds(RankedDropout node)
    {
        var bounds = new long[node.KeepBelow.Length];
        for (var rank = 0; rank < bounds.Length; rank++)
        {
            bounds[rank] = (long)node.KeepBelow[rank] - (1L << 31);
        }

        return bounds;
    }
}
