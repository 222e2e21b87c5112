using System.Reflection;
using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Computes tensors on devices of libtorch, several at a time: TorchSharp has no streams, so that reading, copying, arithmetic and writing overlap only between
/// tensors.
/// </summary>
/// <param name="devices">GPUs, which share the tensors, or the processor.</param>
internal sealed class LibtorchBackend(torch.Device[] devices) : ITensorBackend
{
    /// <summary>One tensor is read, one is computed, one is written.</summary>
    private const int LanesPerGpu = 3;

    /// <summary>For a GPU whose memory is not known.</summary>
    private const long DefaultGpuBudget = 1L << 30;
    private const long DefaultProcessorBudget = 256L << 20;

    private readonly bool isProcessor = devices[0].type == DeviceType.CPU;
    private readonly string[] names = [.. devices.Where(device => device.type == DeviceType.CUDA).Select(device => CudaDriver.NameOf(device.index))];
    private TorchTensorMath[] lanes = [];

    public string Version { get; } = $"{Library}, {KindOf(devices)}";

    public string Description => isProcessor ? $"torch-cpu ({Library})" : $"{string.Join(", ", devices.Select((device, i) => $"{device} ({names[i]})"))} ({Library})";

    /// <summary>Both versions, of which results may depend on the second.</summary>
    private static string Library =>
        $"TorchSharp {typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}, libtorch {torch.NormalizeNuGetVersion(torch.__version__)}";

    /// <summary>Models of GPUs add sums up in orders of their own.</summary>
    private static string KindOf(torch.Device[] devices) => devices[0].type == DeviceType.CPU
        ? "cpu"
        : $"cuda ({string.Join(", ", devices.Select(device => CudaDriver.NameOf(device.index)).Distinct().Order(StringComparer.Ordinal))})";

    public IReadOnlyList<ComputePhase> Phases(MergeRequest request, CancellationToken cancellation)
    {
        Dispose();
        var count = isProcessor ? 1 : devices.Length * LanesPerGpu;
        var threads = Math.Max(1, request.EffectiveThreads / count);
        torch.set_num_threads(threads);
        lanes = [.. Enumerable.Range(0, count).Select(lane =>
        {
            var device = devices[lane % devices.Length];
            return new TorchTensorMath(new DeviceLane(device, BudgetOf(device, count, request), threads, request.ChunkElements, cancellation));
        })];
        return [new ComputePhase(_ => true, count, threads, lane => lanes[lane].Begin())];
    }

    public void Dispose()
    {
        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        lanes = [];
    }

    /// <summary>
    /// Bytes of device memory for a lane: its part of what the request allows, or else of half the GPU's memory. Where others have taken that, the
    /// library says that it has none left, and blocks get shorter.
    /// </summary>
    private long BudgetOf(torch.Device device, int laneCount, MergeRequest request) =>
        request.MemoryLimit > 0 ? Math.Max(1, request.MemoryLimit / laneCount)
        : isProcessor ? DefaultProcessorBudget
        : CudaDriver.MemoryOf(device.index) is > 0 and var memory ? memory / 2 / LanesPerGpu
        : DefaultGpuBudget;
}
