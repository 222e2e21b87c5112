using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>Puts float8 tensors and their scales together.</summary>
internal static class Float8Weights
{
    private static readonly string[] ScaleSuffixes = ["_scale_inv", "_scale"];

    /// <summary>Names of scales that are for activations and cached keys and values, not for weights.</summary>
    private static readonly string[] OtherScales = [".input_scale", ".activation_scale", ".output_scale", ".q_scale", ".k_scale", ".v_scale"];

    /// <summary>Makes the tensors that the scales make of a checkpoint's; the scales are no longer among them.</summary>
    /// <param name="folder">The model folder, for messages.</param>
    /// <param name="tensors">The tensors as stored.</param>
    /// <param name="quantization">What config.json says; null if nothing.</param>
    /// <exception cref="MergeException">Scales are missing, unexpected or of a wrong shape; all of them are reported.</exception>
    public static Dictionary<string, TensorSource> Dequantize(string folder, Dictionary<string, TensorSource> tensors, Float8Quantization? quantization)
    {
        var errors = new DiagnosticBag();
        var result = quantization is null ? tensors : new Dictionary<string, TensorSource>(tensors, StringComparer.Ordinal);
        foreach (var (name, codes) in tensors.Where(pair => pair.Value.DType is DType.F8E4M3 or DType.F8E5M2))
        {
            var scale = ScaleSuffixes.Select(suffix => tensors.GetValueOrDefault(name + suffix)).FirstOrDefault(found => found is not null);
            if (Problem(codes, scale, quantization) is { } problem)
            {
                errors.Error(DiagnosticCode.Float8ScalesInvalid, null, DisplayText.Of(name), folder, problem);
            }
            else if (quantization is not null)
            {
                result[name] = new DequantizedTensor(codes, scale!, BlockOf(quantization), quantization.DType);
                result.Remove(scale!.Name);
            }
        }

        errors.ThrowIfErrors();
        foreach (var name in quantization is null ? [] : tensors.Keys.Where(name => Array.Exists(OtherScales, suffix => name.EndsWith(suffix, StringComparison.Ordinal))))
        {
            result.Remove(name);
        }

        return result;
    }

    private static string? Problem(TensorSource codes, TensorSource? scale, Float8Quantization? quantization)
    {
        if (quantization is null)
        {
            return scale is null ? null : $"it has scales in '{DisplayText.Of(scale.Name)}', but config.json has no quantization_config that says how they are to be used";
        }

        if (scale is null)
        {
            return "config.json says that it is quantized, but it has no scales";
        }

        return scale.DType is DType.F32 or DType.BF16 or DType.F16 && Fits(codes.Shape, scale.Shape, quantization)
            ? null
            : $"its scales are {scale.Shape} of {scale.DType.TorchName()}, expected {Expected(codes.Shape, quantization)} of float32, bfloat16 or float16";
    }

    private static bool Fits(TensorShape codes, TensorShape scale, Float8Quantization quantization) => quantization.Scaling == Float8Scaling.Tensor
        ? scale.ElementCount == 1
        : codes.Rank >= 2 && ScaleShape(codes, quantization).Equals(scale);

    private static string Expected(TensorShape codes, Float8Quantization quantization) =>
        quantization.Scaling == Float8Scaling.Tensor ? "one number" : codes.Rank < 2 ? "a tensor of rows" : ScaleShape(codes, quantization).ToString();

    private static TensorShape ScaleShape(TensorShape codes, Float8Quantization quantization)
    {
        var (rows, columns) = (codes[codes.Rank - 2], codes.RowLength);
        return new TensorShape(
        [
            .. codes.AsSpan()[..^2],
            quantization.Scaling == Float8Scaling.Row ? rows : Blocks(rows, quantization.BlockRows),
            quantization.Scaling == Float8Scaling.Row ? 1 : Blocks(columns, quantization.BlockColumns),
        ]);
    }

    private static (long Rows, long Columns) BlockOf(Float8Quantization quantization) => quantization.Scaling switch
    {
        Float8Scaling.Tensor => (long.MaxValue, long.MaxValue),
        Float8Scaling.Row => (1, long.MaxValue),
        _ => (quantization.BlockRows, quantization.BlockColumns),
    };

    private static long Blocks(long length, long block) => length / block + (length % block > 0 ? 1 : 0);
}
