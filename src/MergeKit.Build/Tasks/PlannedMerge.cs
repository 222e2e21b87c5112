using MergeKit.Build.Items;
using MergeKit.Build.Records;
using MergeKit.Engine;

namespace MergeKit.Build.Tasks;

/// <summary>A merge and the engine's plan for it.</summary>
internal sealed record PlannedMerge(ModelMerge Merge, MergePlan Plan)
{
    /// <summary>Times of the plan's inputs, taken when it was made: a file that changes while others are merged is new to the next build.</summary>
    public IReadOnlyDictionary<string, long> InputTimes { get; } = Plan.InputFiles.ToDictionary(file => file, MergeRecord.TimeOf);
}
