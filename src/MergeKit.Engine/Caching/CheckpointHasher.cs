using System.Collections.Concurrent;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tensors.Cpu;

namespace MergeKit.Engine.Caching;

/// <summary>
/// Computes digests of files on several threads. A file is read once, by one thread, which hashes the file and its tensors; a thread without a file
/// of its own helps it. Where the digest of the file is known, its tensors are divided among the threads.
/// </summary>
internal static class CheckpointHasher
{
    /// <summary>Tensors are handed out in runs of at least this many bytes.</summary>
    private const long RunBytes = 16 << 20;

    /// <summary>Computes the digests of files whose own digest is known or not.</summary>
    /// <param name="files">The files, and their SHA-256 where known.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="bytesRead">Told of every piece that was read; the pieces of a file add up to its size.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="MergeException">A file cannot be read, or changed meanwhile.</exception>
    public static IReadOnlyList<CheckpointDigest> Compute(
        IReadOnlyList<(WeightsFile File, string? Sha256)> files, int threads, Action<long>? bytesRead, CancellationToken cancellation)
    {
        var jobs = files.Select(file => Divide(file.File, file.Sha256).ToList()).ToList();
        Run(jobs.SelectMany(ofFile => ofFile), threads, bytesRead, cancellation);
        foreach (var (file, _) in files)
        {
            file.File.RequireUnchanged();
        }

        return [.. files.Zip(jobs, (file, ofFile) => new CheckpointDigest(
            file.Sha256 ?? ofFile.Select(job => job.FileDigest).First(digest => digest is not null)!,
            ofFile.SelectMany(job => job.TensorDigests).ToDictionary(StringComparer.Ordinal)))];
    }

    /// <summary>Computes the SHA-256 of one file.</summary>
    /// <exception cref="MergeException">The file cannot be read, or changed meanwhile.</exception>
    public static string Compute(CheckpointFile file, Action<long>? bytesRead, CancellationToken cancellation)
    {
        var job = new DigestJob(file, 0, file.Length, hashesFile: true, []);
        Run([job], 1, bytesRead, cancellation);
        file.RequireUnchanged();
        return job.FileDigest!;
    }

    private static IEnumerable<IDigestJob> Apart(WeightsFile file) => file.Tensors.Except(InPlace(file)).Select(tensor => new ViewDigestJob(tensor));

    /// <summary>The tensors that one pass over the file meets one after the other.</summary>
    private static List<StoredTensor> InPlace(WeightsFile file)
    {
        var inPlace = new List<StoredTensor>();
        var end = 0L;
        foreach (var tensor in file.Tensors.Where(tensor => tensor.IsInPlace && tensor.FileOffset >= end))
        {
            inPlace.Add(tensor);
            end = tensor.FileOffset + tensor.ByteLength;
        }

        return inPlace;
    }

    private static IEnumerable<IDigestJob> Divide(WeightsFile file, string? sha256) => Apart(file).Concat(
        sha256 is null ? [new DigestJob(file.File, 0, file.File.Length, hashesFile: true, InPlace(file))] : Runs(file));

    private static IEnumerable<DigestJob> Runs(WeightsFile file)
    {
        // The header belongs to the first run and what follows the tensors to the last, so that the runs' lengths add up to the file's.
        var begin = 0L;
        var run = new List<StoredTensor>();
        foreach (var tensor in InPlace(file))
        {
            run.Add(tensor);
            var end = tensor.FileOffset + tensor.ByteLength;
            if (end - begin >= RunBytes)
            {
                yield return new DigestJob(file.File, begin, end, hashesFile: false, run);
                (begin, run) = (end, []);
            }
        }

        if (run.Count > 0 || begin < file.File.Length)
        {
            yield return new DigestJob(file.File, begin, file.File.Length, hashesFile: false, run);
        }
    }

    private static void Run(IEnumerable<IDigestJob> jobs, int threads, Action<long>? bytesRead, CancellationToken cancellation)
    {
        // The largest first, so that no thread is left with one of them at the end.
        var ordered = jobs.OrderByDescending(job => job.Work).ToList();
        var workers = Math.Min(threads, ordered.Count);
        var left = ordered.Count;
        using var spareThreads = new SemaphoreSlim(threads - workers);
        var buffers = new ConcurrentDictionary<int, DigestBuffers>();
        void Work(int worker, long number)
        {
            ordered[(int)number].Run(buffers.GetOrAdd(worker, _ => new DigestBuffers(spareThreads)), bytesRead, cancellation);
            if (Interlocked.Decrement(ref left) < workers)
            {
                spareThreads.Release();
            }
        }

        try
        {
            WorkerThreads.Run(workers, ordered.Count, Work);
        }
        finally
        {
            foreach (var buffer in buffers.Values)
            {
                buffer.Dispose();
            }
        }
    }
}
