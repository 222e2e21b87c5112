namespace MergeKit.Engine.Checkpoints;

/// <summary>The files of a checkpoint.</summary>
/// <param name="Format">Their format.</param>
/// <param name="Shards">Full paths of the files with tensors in ordinal order.</param>
/// <param name="Index">The index that names them; null without one.</param>
internal sealed record WeightFiles(WeightFormat Format, IReadOnlyList<string> Shards, CheckpointIndex? Index);
