using MergeKit.Build.Reporting;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Packages;

namespace MergeKit.Build.Tests.Reporting;

public class DownloadReporterTests
{
    private readonly ManualClock clock = new();
    private readonly List<string> lines = [];

    [Fact]
    public void A_download_prints_what_begins_a_line_after_two_seconds_and_then_one_every_ten()
    {
        var reporter = new DownloadReporter("chat", clock, lines.Add);
        reporter.Starting(new ModelInPackage("Acme.Chat", "1.0.0", "chat"), 2, 50_000_000_000, WeightsLocation.Parse("https://models.example/w", "/"));

        // 20 GB are there already when the download goes on.
        for (var second = 0; second <= 25; second++)
        {
            reporter.Report(new DownloadProgress(0, 2, 20_000_000_000 + (second * 500_000_000L), 50_000_000_000));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        reporter.Report(new DownloadProgress(2, 2, 50_000_000_000, 50_000_000_000));

        Assert.Equal(
            [
                "chat: restoring 2 files with 50.0 GB of Acme.Chat 1.0.0 from https://models.example/w",
                "chat: 42% of 50.0 GB, 500 MB/s, 00:00:58 left",
                "chat: 52% of 50.0 GB, 500 MB/s, 00:00:48 left",
                "chat: 62% of 50.0 GB, 500 MB/s, 00:00:38 left",
            ],
            lines);
    }

    [Fact]
    public void A_download_that_stands_still_promises_no_end()
    {
        var reporter = new DownloadReporter("chat", clock, lines.Add);
        reporter.Report(new DownloadProgress(0, 1, 0, 1000));
        clock.Advance(TimeSpan.FromSeconds(10));
        reporter.Report(new DownloadProgress(0, 1, 0, 1000));
        reporter.Retrying("https://models.example/w", "the server answers 503 (ServiceUnavailable)", TimeSpan.FromSeconds(4));

        Assert.Equal(["chat: 0% of 1.00 KB, 0 bytes/s", "chat: https://models.example/w: the server answers 503 (ServiceUnavailable); trying again in 4 s"], lines);
    }
}
