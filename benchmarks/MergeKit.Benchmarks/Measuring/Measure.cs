using System.Diagnostics;

namespace MergeKit.Benchmarks.Measuring;

/// <summary>Measures cases by running them in turn, so that what disturbs the machine disturbs all of them.</summary>
internal static class Measure
{
    /// <summary>Runs every case once without counting, then all in turn.</summary>
    /// <param name="title">What the cases have in common.</param>
    /// <param name="runs">Runs of each case that count.</param>
    /// <param name="cases">The cases; the others are compared with the first.</param>
    public static Comparison Alternately(string title, int runs, params IReadOnlyList<Case> cases)
    {
        Console.WriteLine($"{title}: {runs} runs of each of {cases.Count} cases");
        foreach (var one in cases)
        {
            Run(one);
        }

        var measurements = cases.Select(one => new Measurement(one.Name, [], [], default)).ToList();
        for (var run = 0; run < runs; run++)
        {
            for (var i = 0; i < cases.Count; i++)
            {
                measurements[i] = Add(measurements[i], Run(cases[i]));
            }
        }

        return new Comparison(title, measurements);
    }

    private static Measurement Add(Measurement sum, Measurement run) =>
        new(run.Name, [.. sum.Seconds, .. run.Seconds], [.. sum.ProcessorSeconds, .. run.ProcessorSeconds], run.Work);

    private static Measurement Run(Case one)
    {
        one.Prepare();
        GC.Collect();
        var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var work = one.Run();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Measurement(one.Name, [seconds], one.IsElsewhere ? [] : [(Environment.CpuUsage.TotalTime - processor).TotalSeconds], work);
    }
}
