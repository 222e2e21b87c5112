namespace MergeKit.Benchmarks.Measuring;

/// <summary>The runs of a case.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Seconds">What the runs took, in their order.</param>
/// <param name="ProcessorSeconds">What they took of the processors, all threads together; empty if that is not known.</param>
/// <param name="Work">What the last run did.</param>
internal sealed record Measurement(string Name, IReadOnlyList<double> Seconds, IReadOnlyList<double> ProcessorSeconds, Work Work)
{
    /// <summary>Median of the runs' times.</summary>
    public double Median => MedianOf(Seconds);

    /// <summary>The shortest.</summary>
    public double Minimum => Seconds.Min();

    /// <summary>The longest.</summary>
    public double Maximum => Seconds.Max();

    /// <summary>The number in the middle, or the mean of the two there.</summary>
    public static double MedianOf(IEnumerable<double> numbers)
    {
        var ordered = numbers.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }
}
