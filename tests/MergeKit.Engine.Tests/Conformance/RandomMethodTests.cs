using MergeKit.Engine.Methods;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Random methods cannot give mergekit's elements, but over many seeds they must have the same distribution.</summary>
public sealed class RandomMethodTests
{
    /// <summary>Standard errors of the difference of two means; one element in a hundred million lies beyond by chance.</summary>
    private const double Limit = 5.7;

    public static TheoryData<string> Cases => [.. ConformanceCase.All().Where(c => c.StatisticsSeeds > 0 && MergeMethod.All.ContainsKey(c.Method)).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_over_seeds_are_mergekits(string name) => Assert.InRange(SeedStatistics.LargestDeviation(name), 0, Limit);
}
