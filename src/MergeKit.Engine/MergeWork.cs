namespace MergeKit.Engine;

/// <summary>What a merge has to do, after everything that can be used again.</summary>
/// <param name="Name">The model, or the stage of it.</param>
/// <param name="TensorCount">Tensors of the output.</param>
/// <param name="TensorsToCompute">Tensors that are computed; the others stand in the previous model, the cache or what an interrupted merge left.</param>
/// <param name="BytesToRead">Bytes of tensor data to read.</param>
/// <param name="BytesToWrite">Bytes of tensor data to write.</param>
/// <param name="Reason">Why tensors are computed, in words, such as <c>weight of ./math 0.5 → 0.6</c>; empty if none are.</param>
public sealed record MergeWork(string Name, int TensorCount, int TensorsToCompute, long BytesToRead, long BytesToWrite, string Reason);
