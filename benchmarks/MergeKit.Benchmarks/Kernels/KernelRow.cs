namespace MergeKit.Benchmarks.Kernels;

/// <summary>What was measured of a kernel on buffers of one size.</summary>
/// <param name="Kernel">Name of the kernel.</param>
/// <param name="BufferBytes">Bytes that it read and wrote each time, all buffers together.</param>
/// <param name="BytesPerSecond">Those in the median time.</param>
internal sealed record KernelRow(string Kernel, int BufferBytes, double BytesPerSecond);
