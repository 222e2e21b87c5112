using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tensors;

/// <summary>A checkpoint tensor widened to float32, after rounding to <paramref name="dtype"/> where that holds less than the source.</summary>
internal sealed class InputTensor(TensorSource source, DType? dtype) : Tensor(source.Shape)
{
    public TensorSource Source { get; } = source;

    /// <summary>The recipe's dtype, to which elements are rounded on load; null if that changes nothing.</summary>
    public DType? RoundTo { get; } = dtype is null or DType.F32 or DType.F64 || dtype == source.DType ? null : dtype;

    /// <summary>Whether the elements are the source's, bit for bit, when written in its dtype.</summary>
    public bool IsExact => RoundTo is null && (dtype is null or DType.F64 || Source.DType != DType.F64);
}
