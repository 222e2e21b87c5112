namespace MergeKit.Engine.Checkpoints;

/// <summary>The files of a checkpoint.</summary>
/// <param name="Shards">Full paths of the safetensors files in ordinal order.</param>
/// <param name="Index">The index that names them; null without one.</param>
internal sealed record WeightFiles(IReadOnlyList<string> Shards, CheckpointIndex? Index);
