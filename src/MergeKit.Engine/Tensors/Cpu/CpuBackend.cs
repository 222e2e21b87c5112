namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>
/// The engine's own vector code: first the small tensors, several at a time, each on one thread; then the large ones, one at a time, each on all
/// threads. So neither kind leaves threads idle, buffers stay within what the threads need, and files are complete from their beginning on, which
/// lets their hash keep up.
/// </summary>
/// <param name="description">What computes, for people.</param>
internal sealed class CpuBackend(string description = "cpu") : ITensorBackend
{
    /// <summary>Elements from which on a tensor is worth dividing among threads.</summary>
    private const long LargeTensor = 1 << 20;

    /// <summary>Chunk buffers of one worker: longer chunks do not read faster.</summary>
    private const long MaximumWorkerBytes = 1 << 20;

    /// <summary>Chunk buffers of all workers together, so that machines with many processors do not need much more memory than others.</summary>
    private const long DefaultMemoryLimit = 96 << 20;

    /// <summary>The backend of a merge for which there is nothing else.</summary>
    /// <param name="device">The device that was asked for: the processor, or any.</param>
    public static CpuBackend For(MergeDevice device) =>
        device.Kind == MergeDeviceKind.Auto ? new CpuBackend("cpu (auto: no package for other devices is referenced)") : new CpuBackend();

    public string? Version => null;

    public string Description { get; } = description;

    public IReadOnlyList<ComputePhase> Phases(MergeRequest request, CancellationToken cancellation)
    {
        var threads = request.EffectiveThreads;
        var limit = request.MemoryLimit > 0 ? request.MemoryLimit : DefaultMemoryLimit;
        var workerBytes = Math.Min(MaximumWorkerBytes, limit / threads);
        var (single, shared) = (Operations(1), Operations(threads));
        return
        [
            new ComputePhase(elements => elements < LargeTensor, threads, 1, _ => single),
            new ComputePhase(elements => elements >= LargeTensor, 1, threads, _ => shared),
        ];

        CpuTensorMath Operations(int passThreads) => new(new TileScheduler(passThreads, request.ChunkElements, workerBytes, cancellation));
    }

    public void Dispose()
    {
    }
}
