using System.Net;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Downloads;

namespace MergeKit.Engine.Tests.Downloads;

/// <summary>Servers that send downloads elsewhere.</summary>
public sealed class RedirectTests : DownloadTestBase
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void Another_server_gets_the_range_but_not_the_token(int status)
    {
        var store = Serve((request, number) => ServedReply.File(request, Content, cutAfter: number == 0 ? 1000 : null));
        var hub = Serve((_, _) => ServedReply.Of(status, $"Location: {store.Address("/blob?sig=1")}"));
        AssertComplete(Downloader.Download(Request(hub) with { Token = "hf_secret" }));
        Assert.Equal([null, "bytes=1000-"], store.Ranges);
        Assert.All(store.Requests, request => Assert.Null(request["Authorization"]));
        Assert.All(hub.Requests, request => Assert.Equal("Bearer hf_secret", request["Authorization"]));
        Assert.Equal(2, hub.Requests.Count);
    }

    [Fact]
    public void The_same_host_under_another_name_is_another_server()
    {
        var server = Serve((request, _) => request.Target == "/blob" ? ServedReply.File(request, Content) : ServedReply.Of(302, $"Location: http://localhost:{request["Host"]!.Split(':')[1]}/blob"));
        AssertComplete(Downloader.Download(Request(server) with { Token = "hf_secret" }));
        Assert.Equal(["Bearer hf_secret", null], server.Requests.Select(request => request["Authorization"]));
    }

    [Fact]
    public void The_same_server_gets_the_token_again()
    {
        var server = Serve((request, _) => request.Target == "/a/moved" ? ServedReply.File(request, Content) : ServedReply.Of(302, "Location: moved"));
        AssertComplete(Downloader.Download(new DownloadRequest(server.Address("/a/model"), Destination) { Token = "hf_secret" }));
        Assert.Equal(["Bearer hf_secret", "Bearer hf_secret"], server.Requests.Select(request => request["Authorization"]));
    }

    [Fact]
    public void A_circle_of_redirects_ends()
    {
        var server = Serve((_, _) => ServedReply.Of(302, "Location: /again"));
        Assert.Contains("more than 10 times", Fails(DiagnosticCode.DownloadFailed, Request(server)), StringComparison.Ordinal);
        Assert.Equal(11, server.Requests.Count);
    }

    [Theory]
    [InlineData("Location: file:///etc/passwd", "from http to file")]
    [InlineData("X-Location: lost", "without saying where to")]
    public void Redirects_to_nowhere_are_not_followed(string location, string reason)
    {
        var server = Serve((_, _) => ServedReply.Of(302, location));
        Assert.Contains(reason, Fails(DiagnosticCode.DownloadFailed, Request(server)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_of_the_other_server_names_it()
    {
        var server = Serve((request, _) => request.Target == "/blob?sig=secret" ? ServedReply.Of(403) : ServedReply.Of(302, $"Location: http://localhost:{request["Host"]!.Split(':')[1]}/blob?sig=secret"));
        var message = Fails(DiagnosticCode.DownloadRefused, Request(server));
        Assert.Contains("'localhost', to which the server redirects, answers 403", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encryption_is_not_given_up_on_the_way()
    {
        using var client = new HttpClient(new DowngradingHandler());
        var redirecting = new RedirectingClient(client, 10);
        var exception = await Assert.ThrowsAsync<MergeException>(() => redirecting.SendAsync(HttpMethod.Get, new Uri("https://hub.example/model"), "hf_secret", null, default));
        Assert.Contains("from https to http", exception.Message, StringComparison.Ordinal);
    }

    private sealed class DowngradingHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("https", request.RequestUri!.Scheme);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://hub.example/model") } });
        }
    }
}
