using System.Globalization;
using MergeKit.Build.Items;
using MergeKit.Build.Reporting;
using MergeKit.Engine;
using Microsoft.Build.Framework;

namespace MergeKit.Build.Tasks;

/// <summary>Prints what a build would compute and why; reads no tensor data and writes no model.</summary>
public sealed class PlanModelMerges : ModelMergeTask
{
    /// <summary>What changed since the last merges: each with metadata Record (the merge's record file) and Reason, in words.</summary>
    public ITaskItem[] Changes { get; set; } = [];

    private protected override void Process(PlannedMerge planned)
    {
        var (merge, plan, _) = planned;
        var change = Changes.FirstOrDefault(change => change.GetMetadata("Record") == merge.RecordFile);
        Print(change is null ? $"{merge.Request.Name} is up to date" : $"{merge.Request.Name} would be merged: {change.GetMetadata("Reason")}");
        var device = "";
        var observer = new ProgressReporter(merge.Request.Name, TimeProvider.System, Print, found => device = found);
        foreach (var work in change is null ? [] : Merger.Preview(plan, observer, CancellationToken))
        {
            Print($"  {WorkText.Of(work)}, {ByteSize.Format(work.BytesToRead)} to read, {ByteSize.Format(work.BytesToWrite)} to write");
        }

        if (device.Length > 0)
            Print($"  device   {device}");
        Print($"  method   {plan.Method}");
        Print($"  inputs   {plan.InputFiles.Count} files, {ByteSize.Format(plan.InputBytes)} of tensors");
        Print(string.Create(
            CultureInfo.InvariantCulture,
            $"  output   {plan.TensorCount} tensors, {plan.ParameterCount:N0} parameters, {ByteSize.Format(plan.OutputBytes)}, {Shards(plan.ShardCount)}"));
        Print($"  folder   {merge.Request.OutputDirectory}");
    }

    private static string Shards(int count) => count == 1 ? "1 file" : $"{count} shards";

    private void Print(string line) => Log.LogMessage(MessageImportance.High, line);
}
