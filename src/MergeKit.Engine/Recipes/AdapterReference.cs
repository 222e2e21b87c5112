namespace MergeKit.Engine.Recipes;

/// <summary>A LoRA adapter that is applied to a model before it is merged.</summary>
/// <param name="Path">Folder or hub name.</param>
/// <param name="Revision">Branch, tag or commit of a hub repository; null for its default branch.</param>
public sealed record AdapterReference(string Path, string? Revision = null);
