using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Servers that give something else than what was expected.</summary>
public sealed class VerificationTests : DownloadTestBase
{
    private byte[] Wrong => [.. Content.Reverse()];

    [Fact]
    public void A_wrong_digest_is_an_error_after_a_second_download()
    {
        var server = Serve((request, _) => ServedReply.File(request, Wrong));
        var message = Fails(DiagnosticCode.DownloadCorrupt, Request(server));
        Assert.Contains($"expected SHA-256 {Digest}, found SHA-256 ", message, StringComparison.Ordinal);
        Assert.Equal([null, null], server.Ranges);
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public void A_second_download_mends_a_wrong_digest()
    {
        var server = Serve((request, number) => ServedReply.File(request, number == 0 ? Wrong : Content));
        AssertComplete(Downloader.Download(Request(server)));
    }

    [Fact]
    public void A_wrong_size_is_found_before_anything_is_read()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content, hangs: true));
        var message = Fails(DiagnosticCode.DownloadCorrupt, Request(server) with { Size = 5, Sha256 = null });
        Assert.Contains("expected 5 bytes, found 300000 bytes", message, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
        Assert.False(File.Exists(Partial));
    }

    [Fact]
    public void More_than_was_expected_is_not_read_to_its_end()
    {
        var server = Serve((_, _) => new ServedReply { Body = Content, ClaimedLength = -1, Hangs = true });
        Assert.Contains("expected 5 bytes, found more", Fails(DiagnosticCode.DownloadCorrupt, Request(server) with { Size = 5 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Less_than_was_expected_is_found_too()
    {
        var server = Serve((_, _) => new ServedReply { Body = Content[..7], ClaimedLength = -1 });
        Assert.Contains("expected 300000 bytes, found 7 bytes", Fails(DiagnosticCode.DownloadCorrupt, Request(server)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_a_server_claims_takes_no_space()
    {
        var largest = 0L;
        var server = Serve((_, _) =>
        {
            largest = Math.Max(largest, File.Exists(Partial) ? new FileInfo(Partial).Length : 0);
            return new ServedReply { Body = [1, 2, 3], ClaimedLength = long.MaxValue };
        });
        Assert.Contains("tries", Fails(DiagnosticCode.DownloadFailed, new DownloadRequest(server.Address(), Destination)), StringComparison.Ordinal);
        Assert.InRange(largest, 0, 3);
    }

    [Fact]
    public void Digests_are_compared_without_case()
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        AssertComplete(Downloader.Download(Request(server) with { Sha256 = Digest.ToUpperInvariant() }));
    }
}
