namespace MergeKit.Benchmarks.Measuring;

/// <summary>Cases that were measured in turn, against the first of them.</summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Measurements">The cases.</param>
internal sealed record Comparison(string Title, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>Median of a case over the median of the first.</summary>
    public double RatioOf(Measurement measurement) => measurement.Median / Measurements[0].Median;

    /// <summary>Median over the rounds of the ratio of two cases in one round, which what disturbs the machine for longer than that leaves alone.</summary>
    /// <param name="measurement">A case.</param>
    /// <param name="other">What to compare it with; null for the first case.</param>
    public double PairedRatioOf(Measurement measurement, Measurement? other = null) =>
        Measurement.MedianOf(measurement.Seconds.Zip((other ?? Measurements[0]).Seconds, (seconds, others) => seconds / others));
}
