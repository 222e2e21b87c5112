using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Failures that do not pass, and what messages do not say.</summary>
public sealed class RefusalTests : DownloadTestBase
{
    private const string Token = "hf_verysecret";

    [Theory]
    [InlineData(401, DiagnosticCode.DownloadRefused)]
    [InlineData(403, DiagnosticCode.DownloadRefused)]
    [InlineData(404, DiagnosticCode.DownloadNotFound)]
    [InlineData(410, DiagnosticCode.DownloadNotFound)]
    [InlineData(400, DiagnosticCode.DownloadFailed)]
    [InlineData(204, DiagnosticCode.DownloadFailed)]
    public void What_the_server_refuses_is_not_asked_for_again(int status, DiagnosticCode code)
    {
        var server = Serve((_, _) => ServedReply.Of(status));
        Assert.Contains($"answers {status} (", Fails(code, Request(server)), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(206)]
    [InlineData(302)]
    [InlineData(200)]
    public void Nothing_secret_is_in_what_is_said(int status)
    {
        // Servers may repeat what they were sent; the last header makes the whole reply unreadable, with the token in what .NET says about it.
        var server = Serve((request, _) => new ServedReply
        {
            Status = status,
            Body = [1, 2, 3],
            Headers = [$"Location: ftp://user:{Token}@elsewhere/?sig={Token}", $"Retry-After: {Token}", .. status == 200 ? [$"broken {Token}"] : Array.Empty<string>()],
        });
        var address = new UriBuilder(server.Address("/a.bin")) { UserName = "user", Password = "verysecret", Query = "sig=verysecret", Fragment = "verysecret" }.Uri;
        var observer = new RecordingObserver();
        var request = new DownloadRequest(address, Destination) { Token = Token, Sha256 = Digest };
        var exception = Assert.Throws<MergeException>(() => Downloader.Download(request, observer));
        Assert.All([exception.ToString(), request.ToString(), .. observer.Retries, .. observer.Waits], text => Assert.DoesNotContain("verysecret", text, StringComparison.Ordinal));
        Assert.Contains($"'{server.Address("/a.bin")}'", exception.Message, StringComparison.Ordinal);
        Assert.Equal($"Bearer {Token}", server.Requests[0]["Authorization"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hf_secret\r\nX-Evil: 1")]
    [InlineData("hf secret")]
    [InlineData("hf_sécret")]
    public void A_token_that_is_none_is_not_sent(string token)
    {
        var server = Serve((request, _) => ServedReply.File(request, Content));
        var message = Fails(DiagnosticCode.DownloadRefused, Request(server) with { Token = token });
        Assert.DoesNotContain("cret", message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("ftp://models.example/file?secret")]
    [InlineData("models/file?secret")]
    public void Addresses_of_other_kinds_are_refused(string address)
    {
        var request = new DownloadRequest(new Uri(address, UriKind.RelativeOrAbsolute), Destination);
        Assert.DoesNotContain("secret", Fails(DiagnosticCode.DownloadFailed, request), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_after_a_refusal_but_the_lock_file()
    {
        var server = Serve((_, _) => ServedReply.Of(404));
        Fails(DiagnosticCode.DownloadNotFound, Request(server));
        Assert.Equal([Destination + ".lock"], Directory.GetFiles(Folder.Path).Where(path => new FileInfo(path).Length > 0 || path.EndsWith(".lock", StringComparison.Ordinal)));
    }
}
