using System.Globalization;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Failures that may pass.</summary>
public sealed class RetryTests : DownloadTestBase
{
    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_server_in_trouble_is_asked_again(int status)
    {
        var server = Serve((request, number) => number < 3 ? ServedReply.Of(status) : ServedReply.File(request, Content));
        var observer = new RecordingObserver();
        AssertComplete(Downloader.Download(Request(server), observer));
        Assert.Equal(4, server.Requests.Count);
        Assert.Equal(3, observer.Retries.Count);
        Assert.All(observer.Retries, retry => Assert.Contains($"{server.Address()}: the server answers {status} (", retry, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("0", 0)]
    [InlineData("86400", 300)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", 90)]
    [InlineData("Thu, 01 Jan 2015 00:00:00 GMT", 0)]
    public void The_server_says_how_long_to_wait_within_reason(string retryAfter, int seconds)
    {
        var server = Serve((request, number) => number == 0 ? ServedReply.Of(429, $"Retry-After: {retryAfter}") : ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal(seconds, RetryDelays.Sum(delay => delay.TotalSeconds), 0.0);
    }

    [Fact]
    public void Tries_end_and_the_delays_between_them_grow()
    {
        var server = Serve((_, _) => ServedReply.Of(503));
        var message = Fails(DiagnosticCode.DownloadFailed, Request(server));
        Assert.Contains("the server answers 503 (ServiceUnavailable), in 6 tries without progress", message, StringComparison.Ordinal);
        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(5, RetryDelays.Count());
        Assert.All(RetryDelays, delay => Assert.InRange(delay, TimeSpan.Zero, Limits.LongestDelay));
        Assert.True(RetryDelays.Last() > RetryDelays.First());
    }

    [Fact]
    public void A_server_that_is_not_there_is_named()
    {
        var server = Serve((_, _) => ServedReply.Of(200));
        var request = Request(server);
        server.Stop();
        Assert.Contains("refused", Fails(DiagnosticCode.DownloadFailed, request), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_sets_the_count_of_tries_back()
    {
        var server = Serve((request, number) => number % 5 > 0 ? ServedReply.Of(500) : ServedReply.File(request, Content, cutAfter: request.RangeStart < 290_000 ? 10_000 : null));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal(29 * 5 + 1, server.Requests.Count);
    }

    [Fact]
    public void To_come_as_far_as_before_is_no_progress()
    {
        var server = Serve((_, _) => new ServedReply { Body = Content, CutAfter = 1000 });
        var message = Fails(DiagnosticCode.DownloadFailed, Request(server) with { Sha256 = null });
        Assert.Contains("6 tries", message, StringComparison.Ordinal);
        Assert.Equal(7, server.Requests.Count);
    }

    [Fact]
    public void A_connection_on_which_nothing_comes_is_given_up_and_the_file_continued()
    {
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number == 0 ? 100_000 : null, hangs: number == 0));
        var observer = new RecordingObserver(progress => Time.IsStalled = progress.BytesDone == 100_000 && server.Requests.Count == 1)
        {
            OnRetrying = () => Time.IsStalled = false,
        };
        AssertComplete(Downloader.Download(Request(server), observer));
        Assert.Equal([null, "bytes=100000-"], server.Ranges);
        Assert.Contains("nothing came for 60 seconds", Assert.Single(observer.Retries), StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_ends_when_the_download_is_cancelled()
    {
        // The one length of delay that the clock of these tests does not end at once.
        using var cancellation = new CancellationTokenSource();
        var server = Serve((_, _) => ServedReply.Of(503, string.Create(CultureInfo.InvariantCulture, $"Retry-After: {Limits.Stall.TotalSeconds}")));
        var observer = new RecordingObserver { OnRetrying = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => Downloader.Download(Request(server), observer, cancellation.Token));
        Assert.Single(server.Requests);
    }
}
