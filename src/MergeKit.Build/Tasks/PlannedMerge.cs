using MergeKit.Build.Items;
using MergeKit.Build.Records;
using MergeKit.Engine;

namespace MergeKit.Build.Tasks;

/// <summary>A merge and the engine's plan for it.</summary>
internal sealed record PlannedMerge(ModelMerge Merge, MergePlan Plan)
{
    /// <summary>The plan's inputs when it was made.</summary>
    public InputSnapshot Inputs { get; } = InputSnapshot.Of(Plan);
}
