namespace MergeKit.Engine.TorchSharp;

/// <summary>Elements of a tensor that are computed together.</summary>
/// <param name="Start">Flat index of the first one.</param>
/// <param name="Length">How many.</param>
internal readonly record struct Block(long Start, long Length);
