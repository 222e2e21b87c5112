using System.Security.Cryptography;
using System.Text.Json;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Downloads that end early, in this call or an earlier one.</summary>
public sealed class ResumeTests : DownloadTestBase
{
    [Fact]
    public void A_download_that_breaks_off_continues_where_it_was()
    {
        int[] cuts = [100_000, 1, 150_000, 0];
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number < cuts.Length ? cuts[number] : null));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal([null, "bytes=100000-", "bytes=100001-", "bytes=250001-", "bytes=250001-"], server.Ranges);
        Assert.All(server.Requests.Skip(1), request => Assert.Equal("\"v1\"", request["If-Range"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"v1\"")]
    public void Without_a_strong_tag_only_a_file_of_known_digest_is_continued(string? tag)
    {
        var server = Serve((request, number) => ServedReply.File(request, Content, tag, cutAfter: number % 2 == 0 ? 1000 : null));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal([null, "bytes=1000-"], server.Ranges);
        Assert.All(server.Requests, request => Assert.Null(request["If-Range"]));

        File.Delete(Destination);
        AssertComplete(Downloader.Download(Request(server) with { Sha256 = null }));
        Assert.Equal([null, "bytes=1000-", null, null], server.Ranges);
    }

    [Fact]
    public void A_server_without_ranges_starts_over()
    {
        var server = Serve((_, number) => new ServedReply { Body = Content, Headers = ["ETag: \"v1\""], CutAfter = number < 2 ? 1000 * (number + 1) : null });
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal([null, "bytes=1000-", "bytes=2000-"], server.Ranges);
    }

    [Fact]
    public void A_file_that_changed_in_between_starts_over()
    {
        var old = Content.Reverse().ToArray();
        var server = Serve((request, number) => number == 0 ? ServedReply.File(request, old, "\"v0\"", cutAfter: 1000) : ServedReply.File(request, Content));
        var result = Downloader.Download(new DownloadRequest(server.Address(), Destination));
        AssertComplete(result);
        Assert.Equal("\"v1\"", result.ETag);
        Assert.Equal("\"v0\"", server.Requests[1]["If-Range"]);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("Content-Range: bytes 1000-299999/300000", "ETag: \"v0\"")]
    [InlineData("Content-Range: bytes 1000-300000/300001", "ETag: \"v1\"")]
    [InlineData("Content-Range: bytes 999-299999/300000", "ETag: \"v1\"")]
    [InlineData("X-Content-Range: lost", "ETag: \"v1\"")]
    public void A_rest_that_does_not_continue_what_is_here_is_not_used(string range, string tag)
    {
        var server = Serve((request, number) => number switch
        {
            0 => ServedReply.File(request, Content, cutAfter: 1000),
            1 => new ServedReply { Status = 206, Body = new byte[299_000], Headers = [range, tag] },
            _ => ServedReply.File(request, Content),
        });
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal([null, "bytes=1000-", null], server.Ranges);
    }

    [Fact]
    public void A_range_that_the_server_cannot_satisfy_starts_over_once()
    {
        File.WriteAllBytes(Partial, Content[..1000]);
        var server = Serve((request, _) => request["Range"] is null ? ServedReply.File(request, Content) : ServedReply.Of(416, "Content-Range: bytes */10"));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal(["bytes=1000-", null], server.Ranges);
    }

    [Fact]
    public void What_an_earlier_download_left_is_continued_and_verified_whole()
    {
        File.WriteAllBytes(Partial, Content[..123_456]);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal(["bytes=123456-"], server.Ranges);
    }

    [Fact]
    public void What_an_earlier_download_left_of_another_file_is_found_out()
    {
        File.WriteAllBytes(Partial, new byte[123_456]);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal(["bytes=123456-", null], server.Ranges);
    }

    [Fact]
    public void What_nobody_can_verify_is_not_continued()
    {
        File.WriteAllBytes(Partial, new byte[123_456]);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server) with { Sha256 = null }));
        Assert.Equal([null], server.Ranges);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"ETag\":\"\\\"v1\\\"\",\"To")]
    [InlineData("null")]
    public void What_a_kill_left_of_the_version_is_not_believed(string version)
    {
        File.WriteAllBytes(Partial, new byte[1000]);
        File.WriteAllText(Partial + ".version", version);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server) with { Sha256 = null }));
        Assert.Equal([null], server.Ranges);
    }

    [Fact]
    public void The_version_beside_a_partial_file_has_the_tag_once()
    {
        var kept = "";
        var server = Serve((request, number) =>
        {
            kept = number == 0 ? "" : File.ReadAllText(Partial + ".version");
            return ServedReply.File(request, Content, cutAfter: number == 0 ? 1000 : null);
        });
        AssertComplete(Downloader.Download(Request(server)));
        using var version = JsonDocument.Parse(kept);
        Assert.Equal(["ETag", "Total"], version.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void A_partial_file_that_is_complete_needs_no_request()
    {
        File.WriteAllBytes(Partial, Content);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public void A_partial_file_that_is_complete_unknown_to_all_is_recognised_by_the_server()
    {
        File.WriteAllBytes(Partial, Content);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server) with { Size = null }));
        Assert.Equal(["bytes=300000-"], server.Ranges);
    }

    [Fact]
    public void A_partial_file_that_is_too_long_is_started_over()
    {
        File.WriteAllBytes(Partial, [.. Content, 1]);
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server)));
        Assert.Equal([null], server.Ranges);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_cancelled_download_left_is_continued(bool isDigestKnown)
    {
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number == 0 ? 100_000 : null, hangs: number == 0));
        var request = Request(server) with { Sha256 = isDigestKnown ? Digest : null };
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver(progress =>
        {
            if (progress.BytesDone == 100_000)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Downloader.Download(request, observer, cancellation.Token));
        Assert.Equal(Content[..100_000], File.ReadAllBytes(Partial));
        Assert.False(File.Exists(Destination));

        AssertComplete(Downloader.Download(request));
        Assert.Equal([null, "bytes=100000-"], server.Ranges);
        Assert.Equal("\"v1\"", server.Requests[1]["If-Range"]);
    }

    [Fact]
    public void The_digest_of_the_result_is_that_of_the_file_wherever_it_broke_off()
    {
        var random = new Random(3);
        var server = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number % 12 < 11 ? random.Next(1, 20_000) : null));
        var result = Downloader.Download(new DownloadRequest(server.Address(), Destination));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Destination))), result.Sha256);
        AssertComplete(result);
    }
}
