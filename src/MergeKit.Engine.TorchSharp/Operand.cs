namespace MergeKit.Engine.TorchSharp;

/// <summary>What a step reads.</summary>
/// <param name="Value">A flat tensor.</param>
/// <param name="IsFree">Whether nobody reads the memory afterwards, so that the result may be written over it.</param>
internal readonly record struct Operand(TorchTensor Value, bool IsFree);
