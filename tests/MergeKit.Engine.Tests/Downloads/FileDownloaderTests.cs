using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Downloads that go well, and places that cannot be written.</summary>
public sealed class FileDownloaderTests : DownloadTestBase
{
    [Fact]
    public void A_file_is_downloaded_whole()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        var observer = new RecordingObserver();
        var result = Downloader.Download(Request(server), observer);
        AssertComplete(result);
        Assert.Equal("\"v1\"", result.ETag);
        Assert.Equal([null], server.Ranges);
        Assert.Equal(new DownloadProgress(1, 1, Content.Length, Content.Length), observer.Progress[^1]);
        Assert.Equal(observer.Progress.OrderBy(progress => progress.BytesDone), observer.Progress);
    }

    [Fact]
    public void A_file_of_which_nothing_is_known_is_downloaded_too()
    {
        var server = Serve((_, _) => new ServedReply { Body = Content, ClaimedLength = -1 });
        var result = Downloader.Download(new DownloadRequest(server.Address(), Destination));
        AssertComplete(result);
        Assert.Null(result.ETag);
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        var server = Serve((request, _) => ServedReply.File(request, []));
        Assert.Equal(0, Downloader.Download(new DownloadRequest(server.Address(), Destination)).Size);
        Assert.Empty(File.ReadAllBytes(Destination));
        Assert.Equal(0, Downloader.Download(new DownloadRequest(server.Address(), Folder["empty"]) { Size = 0 }).Size);
        Assert.Empty(File.ReadAllBytes(Folder["empty"]));
    }

    [Fact]
    public void A_file_that_is_there_is_not_asked_for()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        File.WriteAllBytes(Destination, Content);
        var result = Downloader.Download(Request(server));
        Assert.Equal((Destination, Digest), (result.Path, result.Sha256));
        Assert.Empty(server.Requests);
        Assert.Equal([Destination], Directory.GetFileSystemEntries(Folder.Path));
    }

    [Fact]
    public void A_file_that_is_there_but_wrong_is_replaced()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        File.WriteAllBytes(Destination, [.. Content.Reverse()]);
        AssertComplete(Downloader.Download(Request(server)));
    }

    [Fact]
    public void Folders_are_created_and_partial_and_lock_file_stand_where_the_caller_wants()
    {
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number == 0 ? 1000 : null));
        var request = Request(server) with { Destination = Folder["deep/er/model.safetensors"], PartialPath = Folder["work/part"], LockPath = Folder["locks/lock"] };
        var seen = false;
        Downloader.Download(request, new RecordingObserver(_ => seen |= File.Exists(Folder["work/part"]) && File.Exists(Folder["locks/lock"])));
        Assert.True(seen);
        Assert.Equal([Folder["deep/er/model.safetensors"]], Directory.GetFiles(Folder["deep/er"]));
        Assert.Empty(Directory.GetFiles(Folder["work"]));
    }

    [Fact]
    public void Several_files_come_side_by_side_in_the_order_asked_for()
    {
        var server = Serve((request, _) => ServedReply.File(request, [.. Content[..100_000], (byte)request.Target[1]]));
        var requests = Enumerable.Range(0, 9).Select(i => new DownloadRequest(server.Address($"/{i}"), Folder[$"{i}"])).ToList();
        var observer = new RecordingObserver();
        var results = Downloader.DownloadAll(requests, 4, observer);
        Assert.Equal(requests.Select(request => request.Destination), results.Select(result => result.Path));
        Assert.All(Enumerable.Range(0, 9), i => Assert.Equal('0' + i, File.ReadAllBytes(Folder[$"{i}"])[^1]));
        Assert.Equal(new DownloadProgress(9, 9, 9 * 100_001, 9 * 100_001), observer.Progress[^1]);
        Assert.Null(observer.Progress[0].BytesTotal);
    }

    [Fact]
    public void The_first_failure_ends_the_other_downloads()
    {
        var server = Serve((request, _) => request.Target == "/good" ? ServedReply.File(request, Content, cutAfter: 1000, hangs: true) : ServedReply.Of(404));
        List<DownloadRequest> requests = [new(server.Address("/good"), Folder["good"]), new(server.Address("/bad"), Folder["bad"])];
        Assert.Contains("/bad'", MergeErrors.Single(DiagnosticCode.DownloadNotFound, () => Downloader.DownloadAll(requests, 2)), StringComparison.Ordinal);
        Assert.False(File.Exists(Folder["good"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_named()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        File.WriteAllText(Folder["file"], "");
        var message = MergeErrors.Single(DiagnosticCode.DownloadNotWritten, () => Downloader.Download(Request(server) with { Destination = Folder["file/model.safetensors"] }));
        Assert.Contains(Folder["file/model.safetensors"], message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_disk_without_space_for_the_file_is_found_before_the_file_is_read()
    {
        const long Petabyte = 1L << 50;
        var server = Serve((_, _) => new ServedReply { Body = [1], ClaimedLength = Petabyte, Hangs = true });
        var message = Fails(DiagnosticCode.DownloadNotWritten, Request(server) with { Size = Petabyte });
        Assert.Contains(Partial, message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_not_replaced()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        Folder.Write("model.safetensors/precious", "");
        Assert.Throws<MergeException>(() => Downloader.Download(Request(server)));
        Assert.True(File.Exists(Folder["model.safetensors/precious"]));
    }
}
