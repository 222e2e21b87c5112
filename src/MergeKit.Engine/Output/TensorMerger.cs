using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.Output;

/// <summary>Computes single planned tensors: inputs to lazy tensors, the method's formula, and the result's bytes.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="digests">Digests of the input tensors.</param>
internal sealed class TensorMerger(MergeRequest request, IReadOnlyDictionary<TensorSource, string> digests)
{
    /// <summary>Computes a tensor and hands its bytes to <paramref name="write"/>; returns what its data gives reason to report.</summary>
    public IEnumerable<Diagnostic> Merge(PlannedTensor planned, ITensorMath math, TensorWriter write, CancellationToken cancellation)
    {
        var result = planned.Method is null ? null : Evaluate(planned, planned.Method, math);
        if (result is null && !planned.OutputDType.IsFloat())
        {
            TensorCopy.Run(planned.Models[0].Source, write, cancellation);
            return CompareIntegers(planned, cancellation);
        }

        result ??= new InputTensor(planned.Models[0].Source, planned.InputDType);
        var report = result is InputTensor { IsExact: true } input && input.Source.DType == planned.OutputDType
            ? TensorCopy.Run(input.Source, write, cancellation)
            : math.Write(result, planned.OutputDType, write);
        return NonFiniteValues(planned, report);
    }

    private IEnumerable<Diagnostic> NonFiniteValues(PlannedTensor planned, WriteReport report)
    {
        foreach (var input in planned.Inputs.Where(input => request.NonFiniteInputs != NonFinitePolicy.Ignore && report.NonFiniteInputs.Contains(input.Source)))
        {
            yield return Report(request.NonFiniteInputs, DiagnosticCode.NonFiniteInput, input.Source.Name, input.Model);
        }

        if (!report.IsFinite && request.NonFiniteOutputs != NonFinitePolicy.Ignore)
        {
            yield return Report(request.NonFiniteOutputs, DiagnosticCode.NonFiniteOutput, planned.Name, planned.OutputDType.TorchName());
        }
    }

    private Tensor Evaluate(PlannedTensor planned, MergeMethod method, ITensorMath math)
    {
        var keys = method.IsRandom ? RandomKeys.Derive(request.Seed, planned.Name, [.. planned.Models.Select(model => digests[model.Source])]) : new ulong[planned.Models.Count];
        var models = planned.Models.Select((model, i) => Input(planned, model, keys[i])).ToList();
        return method.Merge(new MergeInputs(planned.Name, planned.Base is null ? null : Input(planned, planned.Base, 0), models, planned.Parameters), math);
    }

    private static MergeInput Input(PlannedTensor planned, PlannedInput input, ulong key) =>
        new(new InputTensor(input.Source, planned.InputDType), input.Parameters, key);

    private static Diagnostic Report(NonFinitePolicy policy, DiagnosticCode code, params object[] args) =>
        policy == NonFinitePolicy.Error ? Diagnostic.Error(code, null, args) : Diagnostic.Warning(code, null, args);

    /// <summary>Integers are copied from one model; that is worth a warning where another model has other values.</summary>
    private static IEnumerable<Diagnostic> CompareIntegers(PlannedTensor planned, CancellationToken cancellation)
    {
        var first = planned.Models[0];
        if (planned.Models.Skip(1).Any(other => !TensorCopy.AreEqual(first.Source, other.Source, cancellation)))
        {
            yield return Diagnostic.Warning(DiagnosticCode.IntegerTensorsDiffer, null, planned.Name, planned.OutputDType.TorchName(), first.Model);
        }
    }
}
