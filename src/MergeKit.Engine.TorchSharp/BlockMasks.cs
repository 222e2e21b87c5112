using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>n:m sparsity: the masks of <see cref="BlockMask"/>s.</summary>
internal static class BlockMasks
{
    /// <summary>The mask of whole rows.</summary>
    public static TorchTensor Of(BlockMask node, TorchTensor x, DeviceLane lane)
    {
        using var scope = torch.NewDisposeScope();
        var rowLength = node.Shape.RowLength;
        var width = Math.Min(node.Block, rowLength);
        var blocks = (rowLength + width - 1) / width;
        var rows = x.shape[0] / rowLength;

        // What fills the last block up is smaller than every magnitude, and so comes last.
        var magnitudes = torch.full([rows, blocks * width], Constants.NoMagnitude, torch.ScalarType.Float32, x.device);
        magnitudes.narrow(1, 0, rowLength).copy_(x.view(rows, rowLength).abs());
        magnitudes = magnitudes.view(-1, blocks, width);
        var (_, order) = magnitudes.sort(-1, descending: true, stable: true);
        var kept = lane.Resident.Constant(node, () => KeptRanks(node, blocks, width, lane));
        var mask = torch.empty([rows, blocks, width], torch.ScalarType.Bool, x.device).scatter_(2, order, kept.expand(rows, blocks, width));
        var selected = mask.logical_and(magnitudes.ne(Constants.Zero)).view(rows, blocks * width).narrow(1, 0, rowLength);
        return scope.MoveToOuter(selected.to_type(torch.ScalarType.Float32).contiguous().view(-1));
    }

    /// <summary>For every block of a row and every rank, the largest first, whether the element is kept.</summary>
    private static TorchTensor KeptRanks(BlockMask node, long blocks, long width, DeviceLane lane)
    {
        var kept = new byte[blocks * width];
        for (long block = 0; block < blocks; block++)
        {
            var length = Math.Min(width, node.Shape.RowLength - block * width);
            var count = (int)((node.Kept * length + node.Block - 1) / node.Block);
            kept.AsSpan((int)(block * width), count).Fill(1);
        }

        return lane.Upload<byte>(kept, torch.ScalarType.Byte).to_type(torch.ScalarType.Bool).view(1, blocks, width);
    }
}
