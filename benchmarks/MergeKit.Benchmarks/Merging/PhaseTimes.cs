using System.Diagnostics;
using MergeKit.Benchmarks.Measuring;
using MergeKit.Engine;

namespace MergeKit.Benchmarks.Merging;

/// <summary>Takes the times of a merge's parts.</summary>
internal sealed class PhaseTimes : IMergeObserver
{
    private readonly long begin = Stopwatch.GetTimestamp();
    private long starting;
    private long written;
    private long end;

    /// <summary>Tensors that were computed.</summary>
    public int TensorsComputed { get; private set; }

    /// <summary>Seconds until it was known what to do: plan, fingerprints, files from the cache.</summary>
    public double Deciding => Stopwatch.GetElapsedTime(begin, starting).TotalSeconds;

    /// <summary>Seconds of computing and copying tensors.</summary>
    public double Writing => Stopwatch.GetElapsedTime(starting, written).TotalSeconds;

    /// <summary>Seconds of everything after that: flushing, digests, moving the folder.</summary>
    public double Finishing => Stopwatch.GetElapsedTime(written, end).TotalSeconds;

    /// <summary>A table of the medians; the first run of every case does not count.</summary>
    /// <param name="runs">The runs of every case.</param>
    public static string Table(IEnumerable<KeyValuePair<string, List<PhaseTimes>>> runs) => Reporting.Table.Of(
        "where the time goes, median seconds",
        ["case", "deciding", "writing", "finishing"],
        runs.Select(pair => new[] { pair.Key, Median(pair.Value, times => times.Deciding), Median(pair.Value, times => times.Writing), Median(pair.Value, times => times.Finishing) }));

    /// <inheritdoc/>
    public void Computing(string device)
    {
    }

    /// <inheritdoc/>
    public void Waiting(string outputDirectory)
    {
    }

    /// <inheritdoc/>
    public void Starting(MergeWork work)
    {
        starting = written = Stopwatch.GetTimestamp();
        TensorsComputed = work.TensorsToCompute;
    }

    /// <inheritdoc/>
    public void Report(MergeProgress value)
    {
        if (value.Phase == MergePhase.Writing)
        {
            Interlocked.Exchange(ref written, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>The merge has ended.</summary>
    public void End() => end = Stopwatch.GetTimestamp();

    private static string Median(List<PhaseTimes> runs, Func<PhaseTimes, double> seconds) =>
        Reporting.Table.Seconds(Measurement.MedianOf(runs.Skip(1).Select(seconds)));
}
