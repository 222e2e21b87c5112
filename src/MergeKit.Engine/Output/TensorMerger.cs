using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>Computes single planned tensors: inputs to lazy tensors, the method's formula, and the result's bytes.</summary>
internal static class TensorMerger
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Computes a tensor and hands its bytes to <paramref name="write"/>; returns a warning if there is one.</summary>
    public static Diagnostic? Merge(PlannedTensor planned, long seed, ITensorMath math, TensorWriter write, CancellationToken cancellation)
    {
        var result = planned.Method is null ? null : Evaluate(planned, planned.Method, seed, math);
        if (result is null && !planned.OutputDType.IsFloat())
        {
            Copy(planned.Models[0].Source, write, cancellation);
            return CompareIntegers(planned, cancellation);
        }

        result ??= new InputTensor(planned.Models[0].Source, planned.InputDType);
        if (result is InputTensor { RoundTo: null } input && input.Source.DType == planned.OutputDType)
        {
            Copy(input.Source, write, cancellation);
        }
        else
        {
            math.Write(result, planned.OutputDType, write);
        }

        return null;
    }

    private static Tensor Evaluate(PlannedTensor planned, MergeMethod method, long seed, ITensorMath math)
    {
        var keys = method.IsRandom ? RandomKeys.Derive(seed, planned.Name, [.. planned.Models.Select(model => model.Source)]) : new ulong[planned.Models.Count];
        var models = planned.Models.Select((model, i) => Input(planned, model, keys[i])).ToList();
        return method.Merge(new MergeInputs(planned.Name, planned.Base is null ? null : Input(planned, planned.Base, 0), models, planned.Parameters), math);
    }

    private static MergeInput Input(PlannedTensor planned, PlannedInput input, ulong key) =>
        new(new InputTensor(input.Source, planned.InputDType), input.Parameters, key);

    private static void Copy(TensorSource source, TensorWriter write, CancellationToken cancellation)
    {
        var buffer = new byte[Math.Min(CopyBytes, source.ByteLength)];
        ForEachPiece(source, (start, length) =>
        {
            cancellation.ThrowIfCancellationRequested();
            source.Read(start / source.DType.Size(), buffer.AsSpan(0, length));
            write(start, buffer.AsSpan(0, length));
        });
    }

    /// <summary>Integers are copied from one model; that is worth a warning where another model has other values.</summary>
    private static Diagnostic? CompareIntegers(PlannedTensor planned, CancellationToken cancellation)
    {
        var first = planned.Models[0];
        var differs = planned.Models.Skip(1).Any(other => !AreEqual(first.Source, other.Source, cancellation));
        return differs
            ? Diagnostic.Warning(DiagnosticCode.IntegerTensorsDiffer, null, planned.Name, planned.OutputDType.TorchName(), first.Model)
            : null;
    }

    private static bool AreEqual(TensorSource x, TensorSource y, CancellationToken cancellation)
    {
        if (x.DType != y.DType || !x.Shape.Equals(y.Shape))
        {
            return false;
        }

        var equal = true;
        var (xs, ys) = (new byte[Math.Min(CopyBytes, x.ByteLength)], new byte[Math.Min(CopyBytes, x.ByteLength)]);
        ForEachPiece(x, (start, length) =>
        {
            cancellation.ThrowIfCancellationRequested();
            x.Read(start / x.DType.Size(), xs.AsSpan(0, length));
            y.Read(start / y.DType.Size(), ys.AsSpan(0, length));
            equal &= xs.AsSpan(0, length).SequenceEqual(ys.AsSpan(0, length));
        });
        return equal;
    }

    private static void ForEachPiece(TensorSource source, Action<long, int> action)
    {
        for (long start = 0; start < source.ByteLength; start += CopyBytes)
        {
            action(start, (int)Math.Min(CopyBytes, source.ByteLength - start));
        }
    }
}
