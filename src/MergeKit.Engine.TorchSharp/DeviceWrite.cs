using System.Runtime.InteropServices;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Rounds a tensor on the device, hands its bytes on, and looks for values that are not finite.</summary>
internal sealed class DeviceWrite(DeviceLane lane, Tensor tensor, DType dtype, TensorWriter write)
{
    private readonly uint overflow = FloatCodec.OverflowBits(dtype);
    private readonly HashSet<int> nonFinite = [];
    private byte[] encoded = [];
    private bool isFinite = true;

    public BlockProgram Program { get; } = new([tensor], 0);

    /// <summary>What was seen.</summary>
    public WriteReport Report => new(isFinite, [.. Program.Inputs.Select(input => input.Source).Where((_, i) => nonFinite.Contains(i)).Distinct()]);

    /// <summary>Takes a block.</summary>
    public bool Take(Block block, TorchTensor[] values, IReadOnlyList<TorchTensor> magnitudes)
    {
        var largest = lane.Download<float>(torch.stack([.. magnitudes, InputKernel.LargestMagnitude(values[0])]));
        using var rounded = dtype.Size() == 1 ? values[0].alias() : values[0].to_type(Torch.TypeOf(dtype));
        lane.Download(rounded, (offset, bytes) => Write(block.Start * dtype.Size(), offset, bytes));
        isFinite &= IsBelow(largest[^1], overflow);
        nonFinite.UnionWith(Enumerable.Range(0, magnitudes.Count).Where(input => !IsBelow(largest[input], FloatCodec.InfinityBits)));
        return true;
    }

    /// <summary>NaN have bits above those of infinity.</summary>
    private static bool IsBelow(float magnitude, uint bits) => (BitConverter.SingleToUInt32Bits(magnitude) & int.MaxValue) < bits;

    private void Write(long blockOffset, long offset, ReadOnlySpan<byte> bytes)
    {
        if (dtype.Size() > 1)
        {
            write(blockOffset + offset, bytes);
            return;
        }

        // Types of one byte are rounded here: TorchSharp has no names for them.
        var values = MemoryMarshal.Cast<byte, float>(bytes);
        if (encoded.Length < values.Length)
        {
            encoded = new byte[values.Length];
        }

        FloatCodec.Encode(dtype, values, encoded.AsSpan(0, values.Length));
        write(blockOffset + offset / sizeof(float), encoded.AsSpan(0, values.Length));
    }
}
