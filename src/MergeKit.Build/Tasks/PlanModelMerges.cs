using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Build.Records;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Prints what a build would compute and why; reads no tensor data and writes nothing.</summary>
public sealed class PlanModelMerges : ModelMergeTask
{
    /// <summary>Files that earlier merges read, each with the merge's record folder as metadata Record.</summary>
    public ITaskItem[] KnownInputs { get; set; } = [];

    /// <summary>Files that earlier merges wrote, each with the merge's record folder as metadata Record.</summary>
    public ITaskItem[] KnownOutputs { get; set; } = [];

    private protected override void Process(PlannedMerge planned)
    {
        var (merge, plan) = planned;
        var reason = Staleness.Explain(merge, FilesOf(merge, KnownInputs), FilesOf(merge, KnownOutputs));
        Print(reason is null ? $"{merge.Request.Name} is up to date" : $"{merge.Request.Name} would be merged: {reason}");
        Print($"  method   {plan.Method}");
        Print($"  inputs   {plan.InputFiles.Count} files, {ByteSize.Format(plan.InputBytes)} of tensors");
        Print(string.Create(
            CultureInfo.InvariantCulture,
            $"  output   {plan.TensorCount} tensors, {plan.ParameterCount:N0} parameters, {ByteSize.Format(plan.OutputBytes)}, {Shards(plan.ShardCount)}"));
        Print($"  folder   {merge.Request.OutputDirectory}");
    }

    private static string Shards(int count) => count == 1 ? "1 file" : $"{count} shards";

    private static IEnumerable<string> FilesOf(ModelMerge merge, IEnumerable<ITaskItem> files) =>
        files.Where(file => file.GetMetadata("Record") == merge.RecordDirectory).Select(file => file.GetMetadata("FullPath"));

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);
}
