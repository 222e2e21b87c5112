using MergeKit.Engine.Tests.Conformance;

namespace MergeKit.Engine.Tests.Documentation;

public sealed class ConformanceReportTests
{
    [Fact]
    public void Report_is_what_the_cases_give() => GeneratedDocument.AssertCommitted("conformance.md", ConformanceReport.Text);

    [Fact]
    public void Every_deviation_belongs_to_a_case() =>
        Assert.Empty(Deviation.All.Keys.Concat(Deviation.Accepted.Keys).Concat(Deviation.Rejected.Keys).Except(ConformanceCase.All().Select(c => c.Name)));
}
