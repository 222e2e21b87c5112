namespace MergeKit.Benchmarks.Measuring;

/// <summary>What a run did.</summary>
/// <param name="TensorsComputed">Tensors that it computed.</param>
/// <param name="BytesWritten">Bytes of the files that it wrote; links to files that were there are none.</param>
internal readonly record struct Work(int TensorsComputed, long BytesWritten);
