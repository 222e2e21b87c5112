using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Checkpoints;

/// <summary>What a safetensors header says about one tensor, checked by itself: shape and dtype fit the offsets.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">Type of the elements.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record HeaderEntry(string Name, DType DType, TensorShape Shape, long Begin, long End);
