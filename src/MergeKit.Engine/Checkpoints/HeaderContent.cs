namespace MergeKit.Engine.Checkpoints;

/// <summary>What a safetensors header says.</summary>
/// <param name="Entries">The tensors, in the order of the header.</param>
/// <param name="Metadata">The <c>__metadata__</c>; null when there is none.</param>
internal sealed record HeaderContent(List<HeaderEntry> Entries, IReadOnlyDictionary<string, string>? Metadata);
