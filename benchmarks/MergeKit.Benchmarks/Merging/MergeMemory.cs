namespace MergeKit.Benchmarks.Merging;

/// <summary>The memory of a process that made one merge.</summary>
/// <param name="PeakBytes">Its peak resident memory.</param>
/// <param name="AllocatedBytes">What plan and merge allocated on the managed heap, whether it was freed or not.</param>
internal readonly record struct MergeMemory(long PeakBytes, long AllocatedBytes);
