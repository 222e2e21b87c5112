using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>Computes single planned tensors: inputs to lazy tensors, the method's formula, and the result's bytes.</summary>
/// <param name="seed">The merge's seed.</param>
/// <param name="digests">Digests of the stored inputs.</param>
internal sealed class TensorMerger(long seed, IContentDigests digests)
{
    /// <summary>Computes a tensor and hands its bytes to <paramref name="write"/>; returns what its data gives reason to say.</summary>
    public TensorReport Merge(PlannedTensor planned, ITensorMath math, TensorCopy copy, TensorWriter write)
    {
        var result = planned.Method is null ? null : Evaluate(planned, planned.Method, math);
        if (result is null && !planned.OutputDType.IsFloat())
        {
            copy.Run(planned.Models[0].Source, write);

            // Worth a warning: the values of the others are lost.
            return TensorReport.Clean with { IntegersDiffer = planned.Models.Skip(1).Any(other => !copy.AreEqual(planned.Models[0].Source, other.Source)) };
        }

        result ??= new InputTensor(planned.Models[0].Source, planned.InputDType);
        var report = result is InputTensor { IsExact: true, Source.IsComputed: false } input && input.Source.DType == planned.OutputDType
            ? copy.Run(input.Source, write)
            : math.Write(result, planned.OutputDType, write);
        var places = planned.Inputs.Select((input, place) => (input.Source, place)).Where(input => report.NonFiniteInputs.Contains(input.Source)).Select(input => input.place);
        return new TensorReport(report.IsFinite, [.. places], IntegersDiffer: false);
    }

    private Tensor Evaluate(PlannedTensor planned, MergeMethod method, ITensorMath math)
    {
        var keys = method.IsRandom ? RandomKeys.Derive(seed, planned.Name, [.. planned.Models.Select(model => model.Source.ContentId(digests))]) : new ulong[planned.Models.Count];
        var models = planned.Models.Select((model, i) => Input(planned, model, keys[i])).ToList();
        return method.Merge(new MergeInputs(planned.Name, planned.Base is null ? null : Input(planned, planned.Base, 0), models, planned.Parameters), math);
    }

    private static MergeInput Input(PlannedTensor planned, PlannedInput input, ulong key) =>
        new(new InputTensor(input.Source, planned.InputDType), input.Parameters, key);
}
