using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Checks recipes against the headers of their models; reads no tensor data and writes nothing.</summary>
public sealed class ValidateModelMerges : ModelMergeTask
{
    private protected override void Process(PlannedMerge planned) =>
        Log.LogMessage(
            MessageImportance.High,
            $"{planned.Merge.Request.Name}: valid ({planned.Plan.Method}, {planned.Plan.TensorCount} tensors)");
}
