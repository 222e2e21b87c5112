namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Downloads of one file at the same time.</summary>
public sealed class LockTests : DownloadTestBase
{
    [Fact]
    public void Two_downloads_of_one_file_send_one_request()
    {
        using var secondWaits = new ManualResetEventSlim();
        var server = Serve((request, _) =>
        {
            secondWaits.Wait();
            return ServedReply.File(request, Content);
        });
        var observer = new RecordingObserver { OnWaiting = secondWaits.Set };
        var results = Downloader.DownloadAll([Request(server), Request(server)], 2, observer);
        Assert.All(results, AssertComplete);
        Assert.Equal([Destination], observer.Waits);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Many_downloads_of_one_file_send_one_request()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        var results = Downloader.DownloadAll([.. Enumerable.Repeat(Request(server), 16)], 16);
        Assert.All(results, AssertComplete);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_lock_file_that_a_killed_download_left_does_not_matter()
    {
        File.WriteAllText(Destination + ".lock", "");
        var server = Serve((request, _) => ServedReply.File(request, Content));
        var observer = new RecordingObserver();
        AssertComplete(Downloader.Download(Request(server), observer));
        Assert.Empty(observer.Waits);
    }

    [Fact]
    public async Task When_the_first_download_fails_the_second_continues_it()
    {
        using var firstHasBegun = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number == 0 ? 1000 : null, hangs: number == 0));
        var first = Downloader.DownloadAllAsync([Request(server)], 1, new RecordingObserver(progress =>
        {
            if (progress.BytesDone == 1000)
            {
                firstHasBegun.Set();
                cancellation.Token.WaitHandle.WaitOne();
            }
        }), cancellation.Token);
        firstHasBegun.Wait();
        var second = await Downloader.DownloadAllAsync([Request(server)], 1, new RecordingObserver { OnWaiting = cancellation.Cancel }, CancellationToken.None);
        AssertComplete(second[0]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal([null, "bytes=1000-"], server.Ranges);
    }

    [Fact]
    public void Waiting_ends_when_the_download_is_cancelled()
    {
        using var held = new FileStream(Destination + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        using var cancellation = new CancellationTokenSource();
        var server = Serve((request, _) => ServedReply.File(request, Content));
        var observer = new RecordingObserver { OnWaiting = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => Downloader.Download(Request(server), observer, cancellation.Token));
        Assert.Empty(server.Requests);
    }
}
