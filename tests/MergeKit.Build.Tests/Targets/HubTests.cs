using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using MergeKit.Build.Tests.Projects;
using MergeKit.Engine.Tests.Downloads;
using MergeKit.Engine.Tests.Hub;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Builds with models of a hub, which is a server on the loopback interface.</summary>
public sealed class HubTests : IDisposable
{
    private const string Token = "hf_verysecrettoken";

    private readonly HubServer server = new();

    [Fact]
    public void A_model_of_the_hub_is_merged_and_the_token_is_nowhere_to_be_read()
    {
        Host("acme/sorter").IsGated = true;
        using var project = ProjectWith("acme/sorter@main");
        project.Environment["HF_TOKEN"] = Token;

        var build = project.Build("-bl").Succeeded();

        Assert.Equal(["chat"], build.Merged);
        Assert.True(build.Says("Restored acme/sorter@main to"), build.Output);
        var provenance = File.ReadAllText(project.Path("bin/Debug/models/chat/provenance.intoto.json"));
        Assert.Contains($"\"revision\": \"{HostedModel.Main}\"", provenance, StringComparison.Ordinal);
        Assert.Contains("\"acme/sorter@main/model.safetensors\"", provenance, StringComparison.Ordinal);
        Assert.Contains("Restored acme/sorter", BinaryLog(project), StringComparison.Ordinal);
        foreach (var text in new[] { build.Output, BinaryLog(project) }.Concat(Files(project).Select(file => File.ReadAllText(file, Encoding.Latin1))))
            Assert.DoesNotContain(Token, text, StringComparison.Ordinal);

        var requests = server.Requests.Count;
        project.Environment["HF_HUB_OFFLINE"] = "1";
        var again = project.Build("-v:d").Succeeded();
        Assert.Empty(again.Merged);
        Assert.True(again.Says("Target \"_RestoreHubModels\"") && !again.Says("executing task \"RestoreHubModels\""), again.Output);
        project.Build("-t:ValidateModelMerges").Succeeded();
        Assert.Equal(requests, server.Requests.Count);
    }

    [Fact]
    public void Models_that_cannot_be_had_are_errors_of_their_recipes()
    {
        Host("acme/sorter").IsPrivate = true;
        Host("acme/gated").IsGated = true;
        using var project = ProjectWith("acme/sorter");
        project.Write("recipes/math.yml", RecipeOf("acme/gated"));
        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""");

        var build = project.Build("-t:RestoreModels", "-restore").Failed();

        Assert.True(build.Says($"{project.Path("recipes/chat.yml")}(3,12): error MK2071: Model 'acme/sorter' is no folder"), build.Output);
        Assert.True(build.Says($"{project.Path("recipes/math.yml")}(3,12): error MK2073: Model 'acme/gated' is not given to you"), build.Output);

        project.Environment["HF_HUB_OFFLINE"] = "1";
        Assert.True(project.Build().Failed().Says("error MK2070: Model 'acme/sorter' is no folder"));
    }

    [Fact]
    public void Checking_and_planning_download_nothing_and_say_what_is_missing()
    {
        Host("acme/sorter");
        using var project = ProjectWith("acme/sorter");
        foreach (var target in new[] { "ValidateModelMerges", "PlanModelMerges" })
        {
            var check = project.Build("-restore", $"-t:{target}").Failed();
            Assert.True(check.Says($"{project.Path("recipes/chat.yml")}(3,12): error MK2070: Model 'acme/sorter' is no folder") && check.Says("Run 'dotnet build -t:RestoreModels' to download it"), check.Output);
        }

        Assert.Empty(server.Requests);
        project.Build("-t:RestoreModels").Succeeded();
        Assert.True(project.Build("-t:ValidateModelMerges").Succeeded().Says("chat: valid (linear"));
    }

    [Fact]
    public void A_cache_in_another_place_is_noticed_by_merges_that_use_it()
    {
        Host("acme/sorter");
        using var project = ProjectWith("acme/sorter");
        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""");
        project.Build().Succeeded();
        Assert.Empty(project.Build().Succeeded().Merged);

        project.Environment["HF_HOME"] = project.Path("other hub");

        Assert.True(project.Build("-t:PlanModelMerges").Failed().Says("error MK2070"));
        Assert.Equal([new("chat", 0, 39, "")], project.Build().Succeeded().Work);
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public async Task Two_builds_download_once_and_continue_what_a_killed_one_began()
    {
        var content = Host("acme/sorter").Files["model.safetensors"];
        using var project = ProjectWith("acme/sorter");
        project.Run("restore").Succeeded();
        using var second = project.Copy();
        foreach (var (name, value) in project.Environment)
            second.Environment[name] = value;

        server.Misbehave = request => request.Target.Contains("signature", StringComparison.Ordinal) ? ServedReply.File(request, content, cutAfter: 1000, hangs: true) : null;
        await KillDuringDownload(project);
        server.Misbehave = null;

        var builds = await Task.WhenAll(Task.Run(() => project.Build()), Task.Run(() => second.Build()));

        Assert.All(builds, build => Assert.Equal(["chat"], build.Succeeded().Merged));
        Assert.Equal(project.Contents("bin/Debug/models/chat"), second.Contents("bin/Debug/models/chat"));
        Assert.Equal([null, "bytes=1000-"], server.StoreRequests.Select(request => request["Range"]));
        Assert.Single(server.Downloads, "tokenizer.json");
    }

    public void Dispose() => server.Dispose();

    private static async Task KillDuringDownload(TestProject project)
    {
        using var build = Process.Start(DotNet.Command(project.Folder, project.Environment, "build", "--no-restore", "-t:RestoreModels"))!;
        var output = build.StandardOutput.ReadToEndAsync();
        while (Partial(project) is not { Length: 1000 })
            Assert.False(build.WaitForExit(10), "The build ended before the download began.");

        build.Kill(entireProcessTree: true);
        await build.WaitForExitAsync();
        Assert.DoesNotContain("Restored", await output, StringComparison.Ordinal);
    }

    private static FileInfo? Partial(TestProject project) => Directory.Exists(project.Path("hub"))
        ? new DirectoryInfo(project.Path("hub")).EnumerateFiles("*.incomplete", SearchOption.AllDirectories).FirstOrDefault(file => file.Name.Length == 64 + ".incomplete".Length)
        : null;

    private HostedModel Host(string name) => server.Add(name).WithFolder(Repository.PathOf("samples", "models", "sorter"));

    private TestProject ProjectWith(string model)
    {
        var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("recipes/chat.yml", RecipeOf(model));
        project.Environment["HF_HOME"] = project.Path("hub");
        project.Environment["HF_ENDPOINT"] = server.Endpoint;
        project.Environment["NO_PROXY"] = "127.0.0.1";
        project.Environment["no_proxy"] = "127.0.0.1";
        return project;
    }

    private static string RecipeOf(string model) =>
        $"merge_method: linear\nmodels:\n  - model: {model}\n    parameters: {{weight: 1.0}}\n  - model: ../../models/adder\n    parameters: {{weight: 1.0}}\ndtype: float32\n";

    private static IEnumerable<string> Files(TestProject project) =>
        Directory.EnumerateFiles(project.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is not ".binlog");

    private static string BinaryLog(TestProject project)
    {
        using var log = new GZipStream(File.OpenRead(project.Path("msbuild.binlog")), CompressionMode.Decompress);
        using var reader = new StreamReader(log, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
