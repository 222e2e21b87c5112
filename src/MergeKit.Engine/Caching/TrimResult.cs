namespace MergeKit.Engine.Caching;

/// <summary>What trimming a store did.</summary>
/// <param name="Entries">Shards that were forgotten.</param>
/// <param name="Files">Files of weights, and leftovers of interrupted writes, that were deleted.</param>
/// <param name="Bytes">Bytes of these files.</param>
/// <param name="RemainingBytes">Bytes of weights that the store still holds.</param>
public sealed record TrimResult(int Entries, int Files, long Bytes, long RemainingBytes);
