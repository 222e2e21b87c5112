namespace MergeKit.Benchmarks.Measuring;

/// <summary>Something to measure.</summary>
/// <param name="Name">What it is, for tables.</param>
/// <param name="Prepare">Runs before every run, and is not measured.</param>
/// <param name="Run">What is measured.</param>
internal sealed record Case(string Name, Action Prepare, Func<Work> Run)
{
    /// <summary>Whether other processes do the work, so that this one cannot tell the processor time of it.</summary>
    public bool IsElsewhere { get; init; }
}
