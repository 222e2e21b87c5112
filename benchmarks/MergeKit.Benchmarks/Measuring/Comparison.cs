namespace MergeKit.Benchmarks.Measuring;

/// <summary>Cases that were measured in turn, against the first of them.</summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Measurements">The cases.</param>
internal sealed record Comparison(string Title, IReadOnlyList<Measurement> Measurements)
{
    /// <summary>Median of a case over the median of the first.</summary>
    public double RatioOf(Measurement measurement) => measurement.Median / Measurements[0].Median;
}
