using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Hub;

/// <summary>Caches as other tools leave them, read in place and without any network.</summary>
public sealed class HubCacheTests : IDisposable
{
    private const string First = "1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Second = "1111111bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string Repository = "cache/models--org--chat";

    private readonly TemporaryFolder folder = new();

    public HubCacheTests() => TinyModel.Llama().Write(folder["local"]);

    [Theory]
    [InlineData("org/chat", First)]
    [InlineData("org/chat@main", First)]
    [InlineData("org/chat@v2", Second)]
    [InlineData("org/chat@refs/pr/1", Second)]
    [InlineData("org/chat@" + Second, Second)]
    [InlineData("org/chat@1111111a", First)]
    public void A_reference_is_resolved_to_its_commit(string reference, string commit)
    {
        AddModel(First, "refs/main");
        AddModel(Second, "refs/v2", "refs/refs/pr/1");
        var before = Entries();
        using var plan = Merger.Plan(Request(reference));
        Assert.Contains(folder[$"{Repository}/snapshots/{commit}/model.safetensors"], plan.InputFiles);
        Assert.Empty(plan.Warnings);

        Merger.Execute(plan);
        var provenance = JsonNode.Parse(File.ReadAllText(folder["out/provenance.intoto.json"]))!["predicate"]!["buildDefinition"]!["resolvedDependencies"]!.AsArray();
        var revisions = provenance.Where(file => ((string)file!["name"]!).StartsWith(reference + "/", StringComparison.Ordinal)).Select(file => (string?)file!["annotations"]!["revision"]);
        Assert.Equal([commit, commit], revisions);
        Assert.Equal(before, Entries());
    }

    [Fact]
    public void Weights_that_were_changed_in_the_cache_are_not_merged()
    {
        TinyModel.Llama().Write(folder[$"{Repository}/snapshots/{First}"]);
        folder.Write($"{Repository}/refs/main", First);
        var link = folder[$"{Repository}/snapshots/{First}/model.safetensors"];
        var bytes = File.ReadAllBytes(link);
        var blob = folder.Write($"{Repository}/blobs/{Convert.ToHexStringLower(SHA256.HashData(bytes))}", bytes);
        File.Delete(link);
        File.CreateSymbolicLink(link, blob);
        using (var plan = Merger.Plan(Request("org/chat")))
        {
            Merger.Execute(plan);
        }

        bytes[^1] ^= 1;
        File.WriteAllBytes(blob, bytes);
        using var damaged = Merger.Plan(Request("org/chat"));
        var message = MergeErrors.Single(DiagnosticCode.HubBlobDamaged, () => Merger.Execute(damaged));
        Assert.Contains($"'{blob}'", message, StringComparison.Ordinal);
        Assert.Contains("dotnet build -t:RestoreModels", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_depends_on_the_commit_that_a_branch_stands_for()
    {
        AddModel(First, "refs/main");
        using var named = Merger.Plan(Request("org/chat"));
        Assert.Contains(folder[$"{Repository}/refs/main"], named.InputFiles);
        using var pinned = Merger.Plan(Request($"org/chat@{First}"));
        Assert.DoesNotContain(folder[$"{Repository}/refs/main"], pinned.InputFiles);
    }

    [Fact]
    public void An_abbreviated_commit_that_means_two_is_an_error()
    {
        AddModel(First);
        AddModel(Second);
        Assert.Contains($"{First}, {Second}", Fails(DiagnosticCode.HubRevisionAmbiguous, "org/chat@1111111"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org/other", "does not have it")]
    [InlineData("org/chat@v3", "has no revision 'v3' of it")]
    [InlineData("org/chat@../../../local", "has no revision '../../../local' of it")]
    [InlineData("org/chat@2222222", "has no revision '2222222' of it")]
    public void What_is_not_in_the_cache_is_an_error_that_tells_how_it_gets_there(string reference, string problem)
    {
        AddModel(First, "refs/main");
        var message = Fails(DiagnosticCode.HubModelNotCached, reference);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains("dotnet build -t:RestoreModels", message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", Fails(DiagnosticCode.HubModelNotCached, reference, isOffline: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "config.json")]
    [InlineData("model.safetensors", "all of its weights")]
    public void A_snapshot_that_lacks_something_is_not_taken(string file, string problem)
    {
        AddModel(First, "refs/main");
        File.Delete(folder[$"{Repository}/blobs/{file}-of-{First}"]);
        Assert.Contains($"has it without {problem}", Fails(DiagnosticCode.HubModelNotCached, "org/chat"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_that_lacks_a_shard_is_not_taken()
    {
        AddModel(First, "refs/main");
        var snapshot = $"{Repository}/snapshots/{First}";
        File.Delete(folder[$"{snapshot}/model.safetensors"]);
        folder.Write($"{snapshot}/model.safetensors.index.json", """{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}""");
        folder.Write($"{snapshot}/model-00001-of-00002.safetensors", "");
        Assert.Contains("has it without model-00002-of-00002.safetensors", Fails(DiagnosticCode.HubModelNotCached, "org/chat"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_may_stand_in_the_snapshot_itself()
    {
        TinyModel.Llama().Write(folder[$"{Repository}/snapshots/{First}"]);
        folder.Write($"{Repository}/refs/main", First + "\n");
        using var plan = Merger.Plan(Request("org/chat"));
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void A_folder_of_the_same_name_comes_first()
    {
        AddModel(First, "refs/main");
        TinyModel.Llama().Write(folder["org/chat"]);
        using var plan = Merger.Plan(Request("org/chat@main"));
        Assert.Contains(folder["org/chat/config.json"], plan.InputFiles);
        Assert.Equal(DiagnosticCode.RevisionIgnored, Assert.Single(plan.Warnings).Code);
        Assert.Empty(Merger.HubModels(Request("org/chat@v9")));
    }

    public void Dispose() => folder.Dispose();

    private string Fails(DiagnosticCode code, string reference, bool isOffline = false)
    {
        var request = Request(reference) with { Hub = Hub(isOffline) };
        var error = Assert.Single(Assert.Throws<MergeException>(() => Merger.Plan(request)).Diagnostics);
        Assert.Equal((code, 3), (error.Code, error.Position!.Value.Line));
        return error.Message;
    }

    private HubSettings Hub(bool isOffline) => new(folder["cache"]) { NotesDirectory = folder["notes"], IsOffline = isOffline, Endpoint = "http://127.0.0.1:1" };

    private MergeRequest Request(string reference) => new()
    {
        Name = "out",
        RecipePath = folder["recipe.yml"],
        RecipeText = $"merge_method: linear\nmodels:\n  - model: {reference}\n    parameters: {{weight: 1}}\n  - model: ./local\n    parameters: {{weight: 1}}\ndtype: float32\n",
        ProjectDirectory = folder.Path,
        OutputDirectory = folder["out"],
        StateDirectory = folder["state"],
        Hub = Hub(isOffline: false),
    };

    /// <summary>Adds a commit as links to blobs.</summary>
    private void AddModel(string commit, params string[] refs)
    {
        var snapshot = Directory.CreateDirectory(folder[$"{Repository}/snapshots/{commit}"]).FullName;
        Directory.CreateDirectory(folder[$"{Repository}/blobs"]);
        foreach (var file in Directory.EnumerateFiles(folder["local"]).Select(path => Path.GetFileName(path)))
        {
            File.Copy(folder[$"local/{file}"], folder[$"{Repository}/blobs/{file}-of-{commit}"]);
            File.CreateSymbolicLink(Path.Combine(snapshot, file), $"../../blobs/{file}-of-{commit}");
        }

        foreach (var name in refs)
        {
            folder.Write($"{Repository}/{name}", commit);
        }
    }

    private IReadOnlyList<string> Entries() => [.. Directory.EnumerateFileSystemEntries(folder["cache"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
