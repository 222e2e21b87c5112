using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Diagnostics;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("ab", "ba", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("weihgt", "weight", 1)]
    [InlineData("ca", "abc", 3)]
    public void The_distance_counts_insertions_deletions_replacements_and_swaps(string a, string b, int expected)
    {
        Assert.Equal(expected, Suggestion.Distance(a, b));
        Assert.Equal(expected, Suggestion.Distance(b, a));
    }

    [Theory]
    [InlineData("wieght", "weight")]
    [InlineData("Density", "density")]
    [InlineData("tt", "t")]
    [InlineData("lamda", "lambda")]
    [InlineData("frobnicate", null)]
    public void The_closest_candidate_is_suggested_if_it_is_close(string name, string? expected) =>
        Assert.Equal(expected, Suggestion.Closest(name, ["weight", "density", "t", "lambda"]));

    [Fact]
    public void The_first_of_equally_close_candidates_is_suggested() => Assert.Equal("ties", Suggestion.Closest("tie", ["ties", "tied"]));
}
