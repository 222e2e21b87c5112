using MergeKit.Build.Items;
using MergeKit.Engine;

namespace MergeKit.Build.Tasks;

/// <summary>A merge and the engine's plan for it.</summary>
internal sealed record PlannedMerge(ModelMerge Merge, MergePlan Plan);
