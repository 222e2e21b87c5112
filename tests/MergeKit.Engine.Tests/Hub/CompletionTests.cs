using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.Downloads;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>Caches into which other tools have brought a part of a model: what is used follows from the repository.</summary>
public sealed class CompletionTests : HubTestBase
{
    [Fact]
    public void Weights_that_the_repository_prefers_are_used_whatever_the_cache_has()
    {
        HostModel().With("pytorch_model.bin", "pickle");
        Cached("config.json", "pytorch_model.bin");
        Assert.True(Restorer().IsMissing(Reference(HostedModel.Main)));

        Assert.Null(Restorer().Restore(Reference(HostedModel.Main)).Warning);

        Assert.Equal(["config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"], SnapshotFiles());
        Assert.Equal(["model.safetensors", "tokenizer.json"], Server.Downloads);
        Assert.False(Restorer().IsMissing(Reference(HostedModel.Main)));
        using var plan = Merger.Plan(Request($"{Name}@{HostedModel.Main}"));
        Assert.Contains(Snapshot("model.safetensors"), plan.InputFiles);
    }

    [Fact]
    public void Weights_that_are_known_to_be_wanted_are_not_replaced_by_others()
    {
        HostModel().With("pytorch_model.bin", "pickle");
        Cached("config.json", "pytorch_model.bin");
        Server.Misbehave = request => request.Target.Contains("signature", StringComparison.Ordinal) ? ServedReply.Of(503) : null;
        Fails(DiagnosticCode.DownloadFailed, HostedModel.Main);

        Settings = SettingsWith(isOffline: true);

        Assert.Contains("without model.safetensors", Fails(DiagnosticCode.HubModelNotCached, HostedModel.Main), StringComparison.Ordinal);
        Assert.Contains("without model.safetensors", MergeErrors.Single(DiagnosticCode.HubModelNotCached, () => Merger.Plan(Request($"{Name}@{HostedModel.Main}"))), StringComparison.Ordinal);
    }

    [Fact]
    public void What_other_tools_left_out_is_added_and_the_hub_is_asked_once()
    {
        HostModel().With("tokenizer_config.json", "{ }").With("generation_config.json", "0").With("modeling_chat.py", "pass").With("pytorch_model.bin", "pickle");
        Cached("config.json", "model.safetensors", "tokenizer_config.json");
        File.WriteAllText(InCache("refs/main"), HostedModel.Main);

        Restore();

        Assert.Equal(["config.json", "generation_config.json", "model.safetensors", "modeling_chat.py", "tokenizer.json", "tokenizer_config.json"], SnapshotFiles());
        var requests = Server.Requests.Count;
        Restore();
        Assert.False(Restorer().IsMissing(Reference()));
        Assert.Equal(requests, Server.Requests.Count);
    }

    [Theory]
    [InlineData(503, "X-Nothing: 0", "503")]
    [InlineData(401, "X-Error-Code: RepoNotFound", "no access token was given")]
    [InlineData(401, "X-Error-Code: GatedRepo", "accept its terms")]
    public void What_can_be_merged_is_taken_as_it_is_when_the_hub_does_not_answer(int status, string header, string reason)
    {
        HostModel();
        Cached("config.json", "model.safetensors");
        Server.Misbehave = _ => ServedReply.Of(status, header);

        var (folder, warning) = Restorer().Restore(Reference(HostedModel.Main));

        Assert.Equal(Snapshot().TrimEnd('/'), folder);
        Assert.Equal((DiagnosticCode.HubModelNotChecked, DiagnosticSeverity.Warning, 3), (warning!.Code, warning.Severity, warning.Position!.Value.Line));
        Assert.Contains(reason, warning.Message, StringComparison.Ordinal);
        Assert.InRange(Server.Requests.Count, 1, 2);
        using var plan = Merger.Plan(Request($"{Name}@{HostedModel.Main}"));
    }

    [Fact]
    public void Offline_what_can_be_merged_is_taken_as_it_is()
    {
        Host();
        Cached("config.json", "model.safetensors");
        Settings = SettingsWith(isOffline: true);
        Assert.Contains("HF_HUB_OFFLINE", Restorer().Restore(Reference(HostedModel.Main)).Warning!.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Requests);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1111111")]
    [InlineData("111111111111111111111111111111111111111")]
    public void A_branch_may_have_the_name_of_the_beginning_of_its_commit(string branch)
    {
        HostModel().Refs[branch] = HostedModel.Main;
        Restore(branch);
        Assert.False(Restorer().IsMissing(Reference(branch)));
        using var plan = Merger.Plan(Request($"{Name}@{branch}"));
        Assert.Contains(InCache($"refs/{branch}"), plan.InputFiles);
    }

    [Theory]
    [InlineData("pytorch_model-00001-of-00002.bin,pytorch_model-00002-of-00002.bin")]
    [InlineData("model.pt")]
    [InlineData("weights.pth")]
    [InlineData("other.safetensors")]
    public void Weights_are_found_by_the_rule_for_folders(string files)
    {
        var model = Server.Add(Name).With("config.json").With("training_args.bin", "x");
        foreach (var file in files.Split(','))
        {
            model.With(file, file);
        }

        Restore();

        Assert.Equal([.. files.Split(',').Append("config.json").Order(StringComparer.Ordinal)], SnapshotFiles());
    }

    [Theory]
    [InlineData("a.safetensors,b.safetensors", DiagnosticCode.WeightsAmbiguous)]
    [InlineData("model-00001-of-00002.safetensors", DiagnosticCode.ShardMissing)]
    public void Weights_that_are_an_error_of_a_folder_are_one_of_a_repository(string files, DiagnosticCode code)
    {
        var model = Server.Add(Name).With("config.json");
        foreach (var file in files.Split(','))
        {
            model.With(file, file);
        }

        Assert.Contains($"{Name}@{HostedModel.Main}", Fails(code), StringComparison.Ordinal);
        Assert.Empty(Server.Downloads);
    }

    /// <summary>A repository that can be merged.</summary>
    private HostedModel HostModel()
    {
        TinyModel.Llama(layers: 1).Write(Folder["local"]);
        return Server.Add(Name).WithFolder(Folder["local"]).With("tokenizer.json", "{\"a\":1}");
    }

    /// <summary>Puts files into the cache, as tools do that need no others.</summary>
    private void Cached(params string[] files)
    {
        Directory.CreateDirectory(Snapshot());
        Directory.CreateDirectory(InCache("refs"));
        foreach (var file in files)
        {
            File.WriteAllBytes(Snapshot(file), File.Exists(Path.Combine(Folder["local"], file)) ? File.ReadAllBytes(Path.Combine(Folder["local"], file)) : "{ }"u8.ToArray());
        }
    }

    private MergeRequest Request(string model) => new()
    {
        Name = "out",
        RecipePath = Folder["recipe.yml"],
        RecipeText = $"merge_method: linear\nmodels: [{{model: {model}, parameters: {{weight: 1}}}}]\n",
        ProjectDirectory = Folder.Path,
        OutputDirectory = Folder["out"],
        StateDirectory = Folder["state"],
        Hub = Settings,
    };
}
