using MergeKit.Build.Items;
using MergeKit.Build.Records;
using MergeKit.Engine;

namespace MergeKit.Build.Tasks;

/// <summary>A merge and the engine's plan for it.</summary>
/// <param name="Merge">The merge.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Started">When planning began, in UTC.</param>
internal sealed record PlannedMerge(ModelMerge Merge, MergePlan Plan, DateTime Started)
{
    /// <summary>The plan's inputs when it was made.</summary>
    public InputSnapshot Inputs { get; } = InputSnapshot.Of(Plan, Started);
}
