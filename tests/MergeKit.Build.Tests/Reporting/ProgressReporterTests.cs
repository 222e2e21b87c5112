using MergeKit.Build.Reporting;
using MergeKit.Engine;

namespace MergeKit.Build.Tests.Reporting;

public class ProgressReporterTests
{
    private readonly ManualClock clock = new();
    private readonly List<string> lines = [];

    [Fact]
    public void A_short_merge_prints_nothing()
    {
        var reporter = new ProgressReporter("chat", clock, lines.Add, _ => { });

        clock.Advance(TimeSpan.FromSeconds(9.9));
        reporter.Report(new MergeProgress(MergePhase.Writing, 50, 100, 500, 1_000));

        Assert.Empty(lines);
    }

    [Fact]
    public void A_long_merge_prints_a_line_every_ten_seconds_with_speed_and_time_left()
    {
        var reporter = new ProgressReporter("chat", clock, lines.Add, _ => { });

        for (var second = 1; second <= 25; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            reporter.Report(new MergeProgress(MergePhase.Writing, second, 100, second * 500_000_000L, 50_000_000_000));
        }

        Assert.Equal(
            [
                "chat: 10% (10 of 100 tensors), 500 MB/s, 00:01:30 left",
                "chat: 20% (20 of 100 tensors), 500 MB/s, 00:01:20 left",
            ],
            lines);
    }

    [Fact]
    public void The_end_is_not_reported_as_progress()
    {
        var reporter = new ProgressReporter("chat", clock, lines.Add, _ => { });

        clock.Advance(TimeSpan.FromMinutes(1));
        reporter.Report(new MergeProgress(MergePhase.Writing, 100, 100, 1_000, 1_000));

        Assert.Empty(lines);
    }
}
