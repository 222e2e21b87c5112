namespace MergeKit.Engine;

/// <summary>How far a running merge is.</summary>
/// <param name="TensorsDone">Output tensors written.</param>
/// <param name="TensorsTotal">Output tensors in the plan.</param>
/// <param name="BytesDone">Output bytes written.</param>
/// <param name="BytesTotal">Output bytes in the plan.</param>
public readonly record struct MergeProgress(int TensorsDone, int TensorsTotal, long BytesDone, long BytesTotal);
