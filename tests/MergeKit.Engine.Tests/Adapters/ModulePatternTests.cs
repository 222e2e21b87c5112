using MergeKit.Engine.Adapters;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>Patterns match as <c>re.match(r"(.*\.)?(PATTERN)$", name)</c> does in Python.</summary>
public sealed class ModulePatternTests
{
    [Theory]
    [InlineData("q_proj", "model.layers.0.q_proj", true)]
    [InlineData("q_proj", "q_proj", true)]
    [InlineData("q_proj", "model.layers.0.my_q_proj", false)]
    [InlineData("q_proj", "model.layers.0.q_proj.inner", false)]
    [InlineData("layers.0.q_proj", "model.layers.0.q_proj", true)]
    [InlineData("layers.0.q_proj", "model.layersX0.q_proj", true)]
    [InlineData("layers\\.0\\.q_proj", "model.layersX0.q_proj", false)]
    [InlineData("layers\\.0\\.q_proj", "model.layers.0.q_proj", true)]
    [InlineData("^model.q_proj", "model.q_proj", true)]
    [InlineData("^q_proj", "model.q_proj", false)]
    [InlineData(".*q_proj", "model.layers.0.my_q_proj", true)]
    [InlineData("layers\\.[0-3]\\..*", "model.layers.2.k_proj", true)]
    [InlineData("layers\\.[0-3]\\..*", "model.layers.4.k_proj", false)]
    [InlineData("layers\\.(1|12)\\.\\w+", "model.layers.12.k_proj", true)]
    [InlineData("q_proj|k_proj", "model.k_proj", true)]
    [InlineData("(?:q|k){2}_proj$", "model.qk_proj", true)]
    [InlineData("[^q]_proj", "model.q_proj", false)]
    [InlineData("\\d+", "model.17", true)]
    [InlineData("", "model.", true)]
    [InlineData("", "model", false)]
    public void A_pattern_matches_as_in_python(string text, string module, bool matches)
    {
        Assert.True(ModulePattern.TryParse(text, out var pattern));
        Assert.Equal(matches, pattern.Matches(module));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("a)|(b")]
    [InlineData("a**")]
    [InlineData("(?i)q")]
    [InlineData("(?<=a)b")]
    [InlineData("(a)\\1")]
    [InlineData("a{,3}")]
    [InlineData("[a-z-[q]]")]
    [InlineData("a\\Z")]
    [InlineData("a b")]
    [InlineData("q_proj\n")]
    public void What_may_mean_something_else_is_refused(string text) => Assert.False(ModulePattern.TryParse(text, out _));
}
