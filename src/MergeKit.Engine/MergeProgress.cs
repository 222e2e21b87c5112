namespace MergeKit.Engine;

/// <summary>How far a running merge is.</summary>
/// <param name="Phase">What it is at; the other numbers are those of the phase.</param>
/// <param name="TensorsDone">Output tensors written.</param>
/// <param name="TensorsTotal">Output tensors to write.</param>
/// <param name="BytesDone">Bytes read or written.</param>
/// <param name="BytesTotal">Bytes to read or to write.</param>
public readonly record struct MergeProgress(MergePhase Phase, int TensorsDone, int TensorsTotal, long BytesDone, long BytesTotal);
