using System.Collections.Concurrent;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Planning;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>
/// Computes all tensors of a plan: small ones several at a time, each on one thread; large ones one at a time, each on all threads. So
/// neither kind leaves threads idle, and buffers stay within what the threads need.
/// </summary>
internal sealed class MergeRun(
    MergePlan plan,
    TensorMerger merger,
    IReadOnlyDictionary<PlannedTensor, TensorWriter> writers,
    IMergeObserver? observer,
    CancellationToken cancellation)
{
    /// <summary>Elements from which on a tensor is worth dividing among threads.</summary>
    private const long LargeTensor = 1 << 20;

    /// <summary>Chunk buffers of one worker: longer chunks do not read faster.</summary>
    private const long MaximumWorkerBytes = 4 << 20;

    /// <summary>Chunk buffers of all workers together, so that machines with many processors do not need much more memory than others.</summary>
    private const long DefaultMemoryLimit = 96 << 20;

    private readonly int threads = plan.Request.EffectiveThreads;
    private readonly ConcurrentDictionary<string, List<Diagnostic>> findings = new(StringComparer.Ordinal);
    private readonly int tensorCount = plan.TensorCount;
    private readonly long totalBytes = plan.OutputBytes;
    private int tensorsDone;
    private long bytesDone;

    /// <summary>Computes and writes everything.</summary>
    /// <returns>Warnings about tensors' data, in the order of the tensors' names.</returns>
    /// <exception cref="MergeException">A tensor's data is an error; every such tensor is named.</exception>
    public IReadOnlyList<Diagnostic> Execute()
    {
        var isLarge = plan.Tensors.ToLookup(tensor => tensor.Shape.ElementCount >= LargeTensor);
        var shared = new CpuTensorMath(Scheduler(threads));
        foreach (var tensor in isLarge[true])
        {
            Merge(tensor, shared);
        }

        var single = new CpuTensorMath(Scheduler(1));
        RunOnThreads(isLarge[false].ToList(), tensor => Merge(tensor, single));

        var diagnostics = new DiagnosticBag();
        diagnostics.AddRange(findings.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => pair.Value));
        diagnostics.ThrowIfErrors();
        return diagnostics.Diagnostics;
    }

    private TileScheduler Scheduler(int passThreads)
    {
        var limit = plan.Request.MemoryLimit > 0 ? plan.Request.MemoryLimit : DefaultMemoryLimit;
        return new TileScheduler(passThreads, plan.Request.ChunkElements, Math.Min(MaximumWorkerBytes, limit / threads), cancellation);
    }

    private void Merge(PlannedTensor tensor, ITensorMath math)
    {
        cancellation.ThrowIfCancellationRequested();
        var write = writers[tensor];
        var found = merger.Merge(
            tensor,
            math,
            (offset, bytes) =>
            {
                write(offset, bytes);
                Report(Interlocked.Add(ref bytesDone, bytes.Length), Volatile.Read(ref tensorsDone));
            },
            cancellation).ToList();
        if (found.Count > 0)
        {
            findings[tensor.Name] = found;
        }

        Report(Volatile.Read(ref bytesDone), Interlocked.Increment(ref tensorsDone));
    }

    private void RunOnThreads(List<PlannedTensor> tensors, Action<PlannedTensor> action) =>
        WorkerThreads.Run(Math.Min(threads, tensors.Count), tensors.Count, (_, i) => action(tensors[(int)i]));

    private void Report(long bytes, int tensors) => observer?.Report(new MergeProgress(tensors, tensorCount, bytes, totalBytes));
}
