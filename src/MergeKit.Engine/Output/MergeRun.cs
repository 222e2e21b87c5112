using System.Collections.Concurrent;
using MergeKit.Engine.Tensors;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Output;

/// <summary>Computes tensors, and copies those that stand in the former model, in the phases of a backend.</summary>
internal sealed class MergeRun(
    MergeRequest request,
    IReadOnlyList<TensorWork> tensors,
    TensorMerger merger,
    ITensorBackend backend,
    StagedShards shards,
    Action requireUnchanged,
    IMergeObserver? observer,
    CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<TensorWork, TensorReport> reports = new(ReferenceEqualityComparer.Instance);
    private readonly long totalBytes = tensors.Sum(tensor => tensor.Tensor.ByteLength);
    private int tensorsDone;
    private long bytesDone;

    /// <summary>Computes, copies and writes everything.</summary>
    /// <returns>What the data of each tensor gives reason to say.</returns>
    public IReadOnlyDictionary<TensorWork, TensorReport> Execute()
    {
        foreach (var phase in backend.Phases(request, cancellation))
        {
            var taken = tensors.Where(tensor => phase.Takes(tensor.Tensor.Shape.ElementCount)).ToList();
            var copy = new TensorCopy(phase.ThreadsPerLane, cancellation);
            WorkerThreads.Run(Math.Min(phase.Lanes, taken.Count), taken.Count, (lane, i) => Write(taken[(int)i], phase.MathOf(lane), copy));
        }

        return reports;
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
