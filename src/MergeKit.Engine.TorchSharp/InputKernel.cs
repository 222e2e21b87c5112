using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>Brings elements of checkpoint tensors to the device as they are stored, and widens them there.</summary>
internal sealed class InputKernel(DeviceLane lane)
{
    private const int Float8Codes = 256;

    private static readonly Dictionary<DType, float[]> Float8Values = new[] { DType.F8E4M3, DType.F8E5M2 }.ToDictionary(dtype => dtype, Decode);

    /// <summary>The float32 values of a block.</summary>
    /// <returns>The values, and whether their memory is nobody else's.</returns>
    public (TorchTensor Value, bool IsOwned) Run(InputTensor input, Block block, List<TorchTensor>? magnitudes)
    {
        using var scope = torch.NewDisposeScope();
        var source = input.Source;
        var kept = lane.Resident.Find(source, block, (missing, destination) => lane.Read(source, missing.Start, destination));
        var values = Widen(source.DType, kept ?? Read(source, block));
        if (magnitudes is not null)
        {
            magnitudes.Add(scope.MoveToOuter(LargestMagnitude(values)));
        }

        if (input.RoundTo is { } dtype)
        {
            values = values.to_type(Torch.TypeOf(dtype)).to_type(torch.ScalarType.Float32);
        }

        // What is float32 already is widened to itself.
        return (scope.MoveToOuter(values), kept is null || source.DType != DType.F32 || input.RoundTo is not null);
    }

    /// <summary>The largest magnitude of some values, or NaN if one of them is none.</summary>
    public static TorchTensor LargestMagnitude(TorchTensor values)
    {
        using var scope = torch.NewDisposeScope();
        return scope.MoveToOuter(values.max().maximum(values.min().neg_()));
    }

    private TorchTensor Read(TensorSource source, Block block)
    {
        var raw = torch.empty(block.Length, Torch.CarrierOf(source.DType), lane.Device);
        lane.Read(source, block.Start, raw);
        return raw;
    }

    private TorchTensor Widen(DType dtype, TorchTensor raw)
    {
        if (!Float8Values.TryGetValue(dtype, out var values))
        {
            return raw.to_type(torch.ScalarType.Float32);
        }

        var table = lane.Resident.Constant(values, () => lane.Upload<float>(values, torch.ScalarType.Float32));
        return table.index_select(0, raw.to_type(torch.ScalarType.Int32));
    }

    private static float[] Decode(DType dtype)
    {
        var values = new float[Float8Codes];
        FloatCodec.Decode(dtype, [.. Enumerable.Range(0, Float8Codes).Select(code => (byte)code)], values);
        return values;
    }
}
