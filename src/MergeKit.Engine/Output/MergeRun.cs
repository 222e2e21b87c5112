using System.Collections.Concurrent;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>
/// Computes tensors, and copies those that stand in the former model: first the small ones, several at a time, each on one thread; then the large
/// ones in the order of the files, one at a time, each on all threads. So neither kind leaves threads idle, buffers stay within what the threads
/// need, and files are complete from their beginning on, which lets their hash keep up.
/// </summary>
internal sealed class MergeRun(
    MergeRequest request,
    IReadOnlyList<TensorWork> tensors,
    TensorMerger merger,
    StagedShards shards,
    Action requireUnchanged,
    IMergeObserver? observer,
    CancellationToken cancellation)
{
    /// <summary>Elements from which on a tensor is worth dividing among threads.</summary>
    private const long LargeTensor = 1 << 20;

    /// <summary>Chunk buffers of one worker: longer chunks do not read faster.</summary>
    private const long MaximumWorkerBytes = 1 << 20;

    /// <summary>Chunk buffers of all workers together, so that machines with many processors do not need much more memory than others.</summary>
    private const long DefaultMemoryLimit = 96 << 20;

    private readonly int threads = request.EffectiveThreads;
    private readonly ConcurrentDictionary<TensorWork, TensorReport> reports = new(ReferenceEqualityComparer.Instance);
    private readonly long totalBytes = tensors.Sum(tensor => tensor.Tensor.ByteLength);
    private int tensorsDone;
    private long bytesDone;

    /// <summary>Computes, copies and writes everything.</summary>
    /// <returns>What the data of each tensor gives reason to say.</returns>
    public IReadOnlyDictionary<TensorWork, TensorReport> Execute()
    {
        var isLarge = tensors.ToLookup(tensor => tensor.Tensor.Shape.ElementCount >= LargeTensor);
        var small = isLarge[false].ToList();
        var (single, copyOnOne) = (new CpuTensorMath(Scheduler(1)), new TensorCopy(1, cancellation));
        WorkerThreads.Run(Math.Min(threads, small.Count), small.Count, (_, i) => Write(small[(int)i], single, copyOnOne));
        var (shared, copyOnAll) = (new CpuTensorMath(Scheduler(threads)), new TensorCopy(threads, cancellation));
        foreach (var tensor in isLarge[true])
        {
            Write(tensor, shared, copyOnAll);
        }

        return reports;
    }

    private TileScheduler Scheduler(int passThreads)
    {
        var limit = request.MemoryLimit > 0 ? request.MemoryLimit : DefaultMemoryLimit;
        return new TileScheduler(passThreads, request.ChunkElements, Math.Min(MaximumWorkerBytes, limit / threads), cancellation);
    }

    private void Write(TensorWork tensor, ITensorMath math, TensorCopy copy)
    {
        cancellation.ThrowIfCancellationRequested();
        var write = shards.WriterOf(tensor);
        TensorWriter counted = (offset, bytes) =>
        {
            write(offset, bytes);
            Report(Interlocked.Add(ref bytesDone, bytes.Length), Volatile.Read(ref tensorsDone));
        };
        var report = tensor.Known ?? merger.Merge(tensor.Tensor, math, copy, counted);
        if (tensor.Former is { } former)
        {
            copy.RunUnchecked(former, counted);
        }

        // Before the tensor counts as finished, so that one made of an input that is being replaced is not used again, even after a kill.
        requireUnchanged();
        shards.Finish(tensor, report);
        reports[tensor] = report;
        Report(Volatile.Read(ref bytesDone), Interlocked.Increment(ref tensorsDone));
    }

    private void Report(long bytes, int done) => observer?.Report(new MergeProgress(MergePhase.Writing, done, tensors.Count, bytes, totalBytes));
}
