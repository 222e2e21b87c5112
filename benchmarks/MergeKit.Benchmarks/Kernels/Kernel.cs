namespace MergeKit.Benchmarks.Kernels;

/// <summary>Vector code to measure.</summary>
/// <param name="Name">What it does.</param>
/// <param name="BytesRead">Bytes that it reads per element.</param>
/// <param name="BytesWritten">Bytes that it writes per element.</param>
/// <param name="Run">Runs it over all elements of the buffers.</param>
internal sealed record Kernel(string Name, int BytesRead, int BytesWritten, Action<KernelBuffers> Run)
{
    /// <summary>Bytes that it moves per element.</summary>
    public int Bytes => BytesRead + BytesWritten;
}
