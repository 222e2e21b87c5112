using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>Downloads from a hub into the cache.</summary>
public sealed class RestoreTests : HubTestBase
{
    [Fact]
    public void The_cache_is_laid_out_as_other_tools_expect_it()
    {
        var model = Host();
        Assert.Equal(Snapshot().TrimEnd('/'), Restore());
        foreach (var (name, content) in model.Files)
        {
            var tag = HostedModel.IsLarge(name) ? HubServer.Sha256(content) : HubServer.GitBlob(content);
            Assert.Equal($"../../blobs/{tag}", new FileInfo(Snapshot(name)).LinkTarget);
            Assert.Equal(content, File.ReadAllBytes(InCache($"blobs/{tag}")));
            Assert.True(File.Exists(Path.Combine(Settings.CacheDirectory, ".locks", "models--org--chat", tag + ".lock")));
        }

        Assert.Equal(HostedModel.Main, File.ReadAllText(InCache("refs/main")));
        Assert.Equal(3, Directory.GetFiles(InCache("blobs")).Length);
        var requests = Server.Requests.Count;
        Restore();
        Assert.Equal(requests, Server.Requests.Count);
    }

    [Fact]
    public void Only_what_is_needed_is_downloaded()
    {
        Host().With("README.md", "# chat").With("generation_config.json", "0").With("preprocessor_config.json", "1").With("chat_template.jinja", "{{ x }}").With("modeling_chat.py", "pass")
            .With("merges.txt", "a b").With("tokenizer.model", "sp").With("special_tokens_map.json", "2")
            .With("pytorch_model.bin", "pickle").With("model.fp16.safetensors", "other").With("consolidated.safetensors", "other").With("chat.gguf", "other").With("training_args.bin", "x")
            .With("onnx/model.onnx", "x").With("../evil.json", "x").With("evil/../config.json", "x").With(".gitattributes", "x").With("trainer_state.json", "x");
        Restore();
        Assert.Equal(
            ["README.md", "chat_template.jinja", "config.json", "generation_config.json", "merges.txt", "model.safetensors", "modeling_chat.py", "preprocessor_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer.model"],
            SnapshotFiles());
        Assert.Equal(SnapshotFiles(), Server.Downloads);
    }

    [Fact]
    public void Shards_are_those_of_the_index()
    {
        Server.Add(Name).With("config.json").With("tokenizer_config.json", "1").With("model.safetensors.index.json", """{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""")
            .With("one.safetensors", "1").With("two.safetensors", "2").With("three.safetensors", "3").With("pytorch_model.bin", "x");
        Restore();
        Assert.Equal(["config.json", "model.safetensors.index.json", "one.safetensors", "tokenizer_config.json", "two.safetensors"], SnapshotFiles());
    }

    [Fact]
    public void Pickle_files_are_taken_where_there_is_nothing_else()
    {
        Server.Add(Name).With("config.json").With("tokenizer_config.json", "1").With("pytorch_model.bin.index.json", """{"weight_map": {"a": "pytorch_model-1.bin"}}""").With("pytorch_model-1.bin", "1").With("optimizer.bin", "x");
        Restore();
        Assert.Equal(["config.json", "pytorch_model-1.bin", "pytorch_model.bin.index.json", "tokenizer_config.json"], SnapshotFiles());
    }

    [Theory]
    [InlineData(HubContent.Adapter, "README.md,adapter_config.json,adapter_model.safetensors,tokenizer.json")]
    [InlineData(HubContent.Tokenizer, "config.json,tokenizer.json")]
    public void Adapters_and_tokenizers_come_without_models(HubContent content, string files)
    {
        Host().With("adapter_config.json", "1").With("adapter_model.safetensors", "2").With("adapter_model.bin", "3").With("README.md", "4");
        Restore(content: content);
        Assert.Equal(files.Split(','), SnapshotFiles());
        Assert.DoesNotContain(Merger.HubModels(RequestFor(content)), Restorer().IsMissing);
        Assert.Contains(Merger.HubModels(RequestFor(HubContent.Model)), Restorer().IsMissing);
    }

    [Theory]
    [InlineData(null, "main")]
    [InlineData("main", "main")]
    [InlineData("v1.0", "v1.0")]
    [InlineData("refs/pr/7", "refs/pr/7")]
    [InlineData(HostedModel.Main, null)]
    public void A_revision_is_pinned_to_its_commit(string? revision, string? reference)
    {
        var model = Host();
        (model.Refs["v1.0"], model.Refs["refs/pr/7"]) = (HostedModel.Main, HostedModel.Main);
        Assert.EndsWith(HostedModel.Main, Restore(revision), StringComparison.Ordinal);
        Assert.Equal(reference is null ? [] : [HostedModel.Main], Refs().Values);
        Assert.Equal(reference is null ? [] : [reference], Refs().Keys);
    }

    [Fact]
    public void A_branch_that_is_here_stays_at_its_commit()
    {
        var model = Host();
        Restore();
        model.Refs["main"] = new string('2', 40);
        Assert.EndsWith(HostedModel.Main, Restore(), StringComparison.Ordinal);
        Restore(new string('2', 40));
        Assert.Equal(SnapshotFiles(), SnapshotFiles(new string('2', 40)));
        Assert.Equal(3, Server.Downloads.Count());
    }

    [Fact]
    public void A_tokenizer_that_is_missing_is_added_and_one_that_never_was_is_asked_for_once()
    {
        var model = Host();
        Restore();
        File.Delete(Snapshot("tokenizer.json"));
        model.Refs["main"] = new string('2', 40);
        model.Refs["old"] = HostedModel.Main;
        Assert.EndsWith(HostedModel.Main, Restore(), StringComparison.Ordinal);
        Assert.True(File.Exists(Snapshot("tokenizer.json")));

        File.Delete(Snapshot("tokenizer.json"));
        model.Files.Remove("tokenizer.json");
        Restore();
        var requests = Server.Requests.Count;
        Restore();
        Assert.Equal(requests, Server.Requests.Count);
    }

    [Fact]
    public void Without_links_files_stand_in_the_snapshot()
    {
        Settings = SettingsWith(usesLinks: false);
        var model = Host().With("tokenizer_config.json", "{}");
        Restore();
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"], SnapshotFiles());
        Assert.All(model.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(Snapshot(file.Key))));
        Assert.All(model.Files, file => Assert.Null(new FileInfo(Snapshot(file.Key)).LinkTarget));
        Assert.Empty(Directory.GetFiles(InCache("blobs")));
        Assert.Equal(3, Server.Downloads.Count());
    }

    [Fact]
    public async Task Two_at_once_download_once()
    {
        Host();
        var folders = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Restore())));
        Assert.Single(folders.Distinct());
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json"], Server.Downloads);
    }

    [Fact]
    public void What_was_interrupted_is_continued()
    {
        Host();
        using var cancellation = new CancellationTokenSource();
        Server.Misbehave = request => request.Target.Contains("signature", StringComparison.Ordinal) ? ServedReply.File(request, Content, cutAfter: 1000, hangs: true) : null;
        var observer = new RecordingObserver(progress =>
        {
            if (progress.BytesDone == 1000)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Restorer().Restore(Reference(), observer, cancellation.Token));
        Assert.Equal(["config.json", "tokenizer.json"], SnapshotFiles());
        Assert.False(Directory.Exists(InCache("refs")));
        Assert.True(File.Exists(InCache($"blobs/{Digest}.incomplete")));

        Server.Misbehave = null;
        Restore();
        Assert.Equal(Content, File.ReadAllBytes(Snapshot("model.safetensors")));
        Assert.Equal("bytes=1000-", Server.StoreRequests[^1]["Range"]);
        Assert.Equal(3, Directory.GetFiles(InCache("blobs")).Length);
    }

    private Dictionary<string, string> Refs() => Directory.Exists(InCache("refs"))
        ? Directory.EnumerateFiles(InCache("refs"), "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(InCache("refs"), path), File.ReadAllText)
        : [];

    private MergeRequest RequestFor(HubContent content) => new()
    {
        Name = "out",
        RecipePath = Folder["recipe.yml"],
        RecipeText = "merge_method: linear\ndtype: float32\nmodels: [{ model: " + (content == HubContent.Adapter ? $"./base+{Name}" : content == HubContent.Tokenizer ? $"./base }}]\ntokenizer_source: {Name}\n#" : Name) + " }]\n",
        ProjectDirectory = Folder.Path,
        OutputDirectory = Folder["out"],
        StateDirectory = Folder["state"],
    };
}
