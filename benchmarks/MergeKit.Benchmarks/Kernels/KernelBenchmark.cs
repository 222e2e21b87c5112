using BenchmarkDotNet.Attributes;

namespace MergeKit.Benchmarks.Kernels;

/// <summary>What BenchmarkDotNet runs: every kernel on every size.</summary>
public class KernelBenchmark
{
    private Kernel kernel = KernelList.Copy;
    private KernelBuffers buffers = null!;

    /// <summary>Names of the kernels.</summary>
    public static IEnumerable<string> Kernels => KernelList.All.Select(kernel => kernel.Name);

    /// <summary>Name of the kernel.</summary>
    [ParamsSource(nameof(Kernels))]
    public string Kernel { get; set; } = "";

    /// <summary>Bytes to read and write: what fits into the second-level cache, and what fits into no cache.</summary>
    [Params(512 << 10, 128 << 20)]
    public int Bytes { get; set; }

    /// <summary>Fills the buffers.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        kernel = KernelList.All.Single(one => one.Name == Kernel);
        buffers = new KernelBuffers(kernel, Bytes);
    }

    /// <summary>Runs the kernel once over the buffers.</summary>
    [Benchmark]
    public void Run() => kernel.Run(buffers);
}
