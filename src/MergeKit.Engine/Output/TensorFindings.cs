using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Planning;

namespace MergeKit.Engine.Output;

/// <summary>Turns what tensors' data gives reason to say into diagnostics.</summary>
internal static class TensorFindings
{
    /// <summary>The diagnostics of a tensor, as severe as the request wants them.</summary>
    public static IEnumerable<Diagnostic> Of(MergeRequest request, PlannedTensor tensor, TensorReport report)
    {
        if (report.IntegersDiffer)
        {
            yield return Diagnostic.Warning(DiagnosticCode.IntegerTensorsDiffer, null, tensor.Name, tensor.OutputDType.TorchName(), tensor.Models[0].Model);
        }

        var inputs = tensor.Inputs.ToList();
        foreach (var input in report.NonFiniteInputs.Where(_ => request.NonFiniteInputs != NonFinitePolicy.Ignore).Select(place => inputs[place]))
        {
            yield return Report(request.NonFiniteInputs, DiagnosticCode.NonFiniteInput, input.Source.Name, input.Model);
        }

        if (!report.IsFinite && request.NonFiniteOutputs != NonFinitePolicy.Ignore)
        {
            yield return Report(request.NonFiniteOutputs, DiagnosticCode.NonFiniteOutput, tensor.Name, tensor.OutputDType.TorchName());
        }
    }

    private static Diagnostic Report(NonFinitePolicy policy, DiagnosticCode code, params object[] args) =>
        policy == NonFinitePolicy.Error ? Diagnostic.Error(code, null, args) : Diagnostic.Warning(code, null, args);
}
