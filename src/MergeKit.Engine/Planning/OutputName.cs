namespace MergeKit.Engine.Planning;

/// <summary>The name of an output tensor and where its inputs are to be found.</summary>
/// <param name="Name">Name in the output.</param>
/// <param name="T">Position in its slice, from 0 to 1: where gradients are evaluated.</param>
/// <param name="Module">The module it belongs to.</param>
/// <param name="Slice">The slice it belongs to.</param>
/// <param name="InputNames">Its name in each of the slice's sources.</param>
/// <param name="IsInLayer">Whether it is part of a layer.</param>
internal sealed record OutputName(string Name, double T, Module Module, Slice Slice, IReadOnlyList<string> InputNames, bool IsInLayer);
