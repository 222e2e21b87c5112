using System.Text;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>Hubs that refuse, fail and lie.</summary>
public sealed class HubFailureTests : HubTestBase
{
    [Fact]
    public void The_token_goes_to_the_hub_and_to_no_other_server()
    {
        Settings = SettingsWith(Token);
        Host().IsGated = true;
        Restore();
        Assert.All(Server.Requests, request => Assert.Equal($"Bearer {Token}", request["Authorization"]));
        Assert.NotEmpty(Server.StoreRequests);
        Assert.All(Server.StoreRequests, request => Assert.Null(request["Authorization"]));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Folder.Path, "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file, Encoding.Latin1).Contains(Token, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429, "Retry-After: 7")]
    [InlineData(500, "X-Nothing: 0")]
    [InlineData(503, "X-Nothing: 0")]
    public void Failures_that_pass_are_outlived(int status, string header)
    {
        Host();
        var failed = new HashSet<string>();
        Server.Misbehave = request =>
        {
            lock (failed)
            {
                return failed.Add($"{request.Method} {request.Target}") ? ServedReply.Of(status, header) : null;
            }
        };
        var observer = new RecordingObserver();
        Restore(observer: observer);
        Assert.Equal(Content, File.ReadAllBytes(Snapshot("model.safetensors")));
        Assert.Equal(8, observer.Retries.Count);
        Assert.Equal(status == 429, RetryDelays.Contains(TimeSpan.FromSeconds(7)));
        Assert.DoesNotContain("secret", string.Concat(observer.Retries), StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_in_the_middle_of_a_file_is_continued()
    {
        Host();
        var drops = 0;
        Server.Misbehave = request => request.Target.Contains("signature", StringComparison.Ordinal) && drops++ < 3 ? ServedReply.File(request, Content, cutAfter: 50_000) : null;
        Restore();
        Assert.Equal(Content, File.ReadAllBytes(Snapshot("model.safetensors")));
        Assert.Equal([null, "bytes=50000-", "bytes=100000-", "bytes=150000-"], Server.StoreRequests.Select(request => request["Range"]));
    }

    [Theory]
    [InlineData("model.safetensors", "SHA-256")]
    [InlineData("config.json", "git blob")]
    public void Content_that_is_not_what_the_hub_promised_is_never_seen(string file, string kind)
    {
        var model = Host();
        Server.Misbehave = request =>
            request.Method == "GET" && request.Target.Contains("signature", StringComparison.Ordinal) && file == "model.safetensors" ? new ServedReply { Body = new byte[Content.Length] }
            : request.Method == "GET" && request.Target.EndsWith(file, StringComparison.Ordinal) && file == "config.json" ? new ServedReply { Body = new byte[model.Files[file].Length] }
            : null;
        Assert.Contains(kind, Fails(DiagnosticCode.DownloadCorrupt), StringComparison.Ordinal);
        Assert.False(File.Exists(Snapshot(file)));
        Assert.Equal(2, Server.Downloads.Count(name => name == file));
        Server.Misbehave = null;
        Restore();
        Assert.Equal(model.Files[file], File.ReadAllBytes(Snapshot(file)));
    }

    [Fact]
    public void A_gated_model_asks_for_terms_and_login()
    {
        Host().IsGated = true;
        var message = Fails(DiagnosticCode.HubAccessDenied);
        Assert.Contains($"Accept them at {Server.Endpoint}/org/chat", message, StringComparison.Ordinal);
        Assert.Contains("set HF_TOKEN", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_is_not_good_is_named_but_not_shown()
    {
        Settings = SettingsWith(Token);
        Host();
        Server.Misbehave = _ => ServedReply.Of(401, $"X-Error-Message: {Token} is invalid");
        Assert.Contains("the access token is not valid", Fails(DiagnosticCode.HubAccessDenied), StringComparison.Ordinal);
        Server.Misbehave = _ => ServedReply.Of(403);
        Assert.Contains("the account may not read it", Fails(DiagnosticCode.HubAccessDenied), StringComparison.Ordinal);
        Settings = SettingsWith(Token + "\n" + Token);
        Fails(DiagnosticCode.DownloadRefused);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Token)]
    public void A_model_that_is_missing_or_private_says_both(string? token)
    {
        Settings = SettingsWith(token);
        Assert.Contains(token is null ? "no access token" : "the account of the token", Fails(DiagnosticCode.HubRepositoryNotFound, name: "org/caht"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v9")]
    [InlineData("1111111")]
    [InlineData("a/../../b")]
    [InlineData("..")]
    public void A_revision_that_is_missing_is_an_error(string revision)
    {
        Host();
        Assert.Contains($"'{revision}'", Fails(DiagnosticCode.HubRevisionNotFound, revision), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", HubContent.Model, "config.json")]
    [InlineData("model.safetensors", HubContent.Model, "weights")]
    [InlineData("config.json", HubContent.Adapter, "weights")]
    public void A_repository_without_what_is_needed_is_an_error_before_anything_is_downloaded(string missing, HubContent content, string said)
    {
        Host().With("model.onnx", "x").Files.Remove(missing);
        Assert.Contains(said, Fails(DiagnosticCode.HubFilesMissing, content: content), StringComparison.Ordinal);
        Assert.Empty(Server.Downloads);
    }

    [Theory]
    [InlineData("model.Q4_K_M.gguf", DiagnosticCode.WeightsAreGguf)]
    [InlineData("quantize_config.json", DiagnosticCode.WeightsAreQuantized)]
    [InlineData("quant_config.json", DiagnosticCode.WeightsAreQuantized)]
    public void Weights_of_another_kind_are_refused_before_anything_is_downloaded(string file, DiagnosticCode code)
    {
        var model = Host().With(file);
        if (code == DiagnosticCode.WeightsAreGguf)
        {
            model.Files.Remove("model.safetensors");
            model.Files.Remove("config.json");
        }

        var message = Fails(code);
        Assert.Contains("'org/chat'", message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Empty(Server.Downloads);
    }

    [Theory]
    [InlineData("gptq")]
    [InlineData("awq")]
    public void Quantized_weights_are_refused_before_they_are_downloaded(string method)
    {
        Host().With("config.json", $$$"""{"quantization_config": {"quant_method": "{{{method}}}"}}""");
        Assert.Contains($"'org/chat' are quantized: quantization_config in its config.json says '{method}'", Fails(DiagnosticCode.WeightsAreQuantized), StringComparison.Ordinal);
        Assert.DoesNotContain("model.safetensors", Server.Downloads);
    }

    [Fact]
    public void A_file_that_the_hub_lists_and_does_not_have_is_an_error()
    {
        Host();
        Server.Misbehave = request => request.Target.EndsWith("model.safetensors", StringComparison.Ordinal) ? ServedReply.Of(404, "X-Error-Code: EntryNotFound") : null;
        Fails(DiagnosticCode.DownloadNotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"sha": "../../etc", "siblings": []}""")]
    [InlineData("""{"sha": "1111111111111111111111111111111111111111"}""")]
    [InlineData("""{"sha": "1111111111111111111111111111111111111111", "sha": "x", "siblings": []}""")]
    public void A_server_that_is_no_hub_is_an_error(string reply)
    {
        Server.Misbehave = _ => new ServedReply { Body = Encoding.UTF8.GetBytes(reply) };
        Assert.Contains("HF_ENDPOINT", Fails(DiagnosticCode.HubNotUsable), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Repo-Commit: 2222222222222222222222222222222222222222", "ETag: \"abc\"")]
    [InlineData("X-Repo-Commit: 1111111111111111111111111111111111111111", "ETag: \"../../../evil\"")]
    [InlineData("X-Repo-Commit: 1111111111111111111111111111111111111111", "X-No-Tag: 1")]
    public void A_file_of_another_commit_or_without_a_tag_is_an_error(string commit, string tag)
    {
        Host();
        Server.Misbehave = request => request.Method == "HEAD" ? ServedReply.Of(200, commit, tag) : null;
        Fails(DiagnosticCode.HubNotUsable);
        Assert.False(Directory.Exists(InCache("blobs")));
    }

    [Theory]
    [InlineData("ftp://hub.example")]
    [InlineData("hub.example")]
    [InlineData("")]
    public void An_endpoint_that_is_no_address_is_an_error(string endpoint)
    {
        Settings = new HubSettings(Folder["cache"]) { Endpoint = endpoint };
        Fails(DiagnosticCode.HubNotUsable);
    }

    [Fact]
    public void Secrets_in_the_endpoint_are_not_repeated()
    {
        Settings = new HubSettings(Folder["cache"]) { Endpoint = Server.Endpoint.Replace("://", "://user:secret@", StringComparison.Ordinal) };
        Fails(DiagnosticCode.HubRepositoryNotFound);
    }

    [Fact]
    public void Offline_nothing_is_asked()
    {
        Settings = SettingsWith(isOffline: true);
        Host();
        Assert.Contains("HF_HUB_OFFLINE", Fails(DiagnosticCode.HubModelNotCached), StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }
}
