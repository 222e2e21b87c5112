using System.IO.Compression;
using MergeKit.Build.Tests.Projects;
using MergeKit.Engine;
using MergeKit.Engine.Tests.Downloads;

namespace MergeKit.Build.Tests.Targets;

public sealed class LargePackageTests : IDisposable
{
    private const string OddName = "a 'b' (ü) & 100% $c.json";
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private readonly WeightsServer server = new();

    public void Dispose() => server.Dispose();

    [Fact]
    public void Weights_that_were_uploaded_are_restored_once_and_reach_every_user_of_the_package()
    {
        using var project = Models("Large.Http", $"Name=\"{OddName.Replace("&", "&amp;", StringComparison.Ordinal)}\"");
        var pack = Pack(project, "1.0.0", server.Address);
        Assert.True(pack.Says($"Large.Http 1.0.0: upload the content of {project.Path("feed/Large.Http.1.0.0.weights/")} to {server.Address} before the package is used"), pack.Output);
        Assert.True(pack.Says($"  to be uploaded: {server.Address}/Large.Http/1.0.0/a%20%27b%27%20%28%C3%BC%29%20%26%20100%25%20%24c.json/{First} ("), pack.Output);
        Assert.False(pack.Says("warning"), pack.Output);
        Assert.DoesNotContain(Packed(project, "Large.Http.1.0.0"), file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        server.Folder = project.Path("feed/Large.Http.1.0.0.weights");
        var expected = project.Contents($"bin/Release/models/{OddName}");
        Assert.Equal([First, Second], expected.Keys.Where(file => file.EndsWith(".safetensors", StringComparison.Ordinal)).Order());

        Use(project, "Large.Http", "1.0.0");
        var publish = project.Run("publish", "app", "-o", "out").Succeeded();
        Assert.True(publish.Says($"{OddName}: restoring 2 files with "), publish.Output);
        Assert.False(publish.Says(TestFeed.WeightsToken), publish.Output);
        Assert.Equal([(First, null), (Second, null)], server.TakeRequests());
        var folder = ModelOf(project);
        Assert.Equal(System.IO.Path.Combine(project.Cache, "mergekit-build", "packages", "Large.Http", "1.0.0", OddName), folder);
        Assert.Equal([OddName], Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder)!).Select(Path.GetFileName));
        Assert.True(Merger.Verify(folder).IsIntact);
        Assert.Equal(expected, project.Contents(folder));
        AssertCopies(project, expected);

        // Damage is found and mended with what is missing only; a build without it, and another project, download nothing.
        File.WriteAllText(Path.Combine(folder, Second), "damaged");
        Assert.True(project.Build("app", "-c", "Release", "-t:RestoreModels").Succeeded().Says($"{OddName}: restored to {folder}"));
        Assert.Equal([(Second, null)], server.TakeRequests());
        Assert.Equal(expected, project.Contents(folder));
        project.Run("publish", "app", "-o", "out").Succeeded();
        AssertCopies(project, expected);
        using var other = TestProject.OfModels("");
        other.Cache = project.Cache;
        other.Write("nuget.config", $"""<configuration><packageSources><add key="own" value="{project.Path("feed")}" /></packageSources></configuration>""");
        Use(other, "Large.Http", "1.0.0");
        Assert.False(other.Run("publish", "app", "-o", "out").Succeeded().Says(": restor"));
        AssertCopies(other, expected);

        // A version with other weights brings them; one with the same weights takes those that are there.
        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "reverser"));
        Pack(project, "2.0.0", server.Address);
        var changed = project.Contents($"bin/Release/models/{OddName}");
        Pack(project, "2.0.1", server.Address);
        server.Folder = project.Path("feed/Large.Http.2.0.0.weights");
        Use(project, "Large.Http", "2.0.0");
        project.Run("publish", "app", "-o", "out").Succeeded();
        AssertCopies(project, changed);
        Assert.Equal([(First, null), (Second, null)], server.TakeRequests());
        Use(project, "Large.Http", "2.0.1");
        project.Run("publish", "app", "-o", "out").Succeeded();
        AssertCopies(project, changed);
        Assert.Empty(server.TakeRequests());
        Assert.True(Merger.Verify(folder).IsIntact);
    }

    [Fact]
    public void What_cannot_be_restored_is_a_coded_error_and_is_not_used()
    {
        using var project = Models("Large.Faults");
        project.Write("feed/Large.Faults.1.0.0.weights/Large.Faults/1.0.0/former/model.safetensors", "of an earlier pack");
        Pack(project, "1.0.0", server.Address);
        var uploaded = project.Path("feed/Large.Faults.1.0.0.weights");
        Assert.Equal([First, Second], project.Contents(uploaded).Keys.Select(Path.GetFileName).Order());
        Use(project, "Large.Faults", "1.0.0");
        var prefix = $"App.csproj : error MK7023: Model 'chat' of package Large.Faults 1.0.0 cannot be restored from {server.Address}: ";

        server.Folder = project.Path("nothing");
        AssertFails($"{prefix}MK2062: '{server.Address}/Large.Faults/1.0.0/chat/model-0000");

        server.Folder = uploaded;
        server.Misbehave = (request, content) => ServedReply.File(request, [.. content[..^1], (byte)~content[^1]]);
        AssertFails($"{prefix}MK2063: '{server.Address}/Large.Faults/1.0.0/chat/model-0000");

        // The second file breaks off; what came of it is not asked for again.
        server.TakeRequests();
        server.Misbehave = (request, content) =>
            !request.Target.EndsWith(Second, StringComparison.Ordinal) ? null : request["Range"] is null ? ServedReply.File(request, content, cutAfter: 1000) : ServedReply.Of(403);
        AssertFails($"{prefix.Replace("MK7023", "MK7025", StringComparison.Ordinal)}MK2061: '{server.Address}/Large.Faults/1.0.0/chat/{Second}' may not be downloaded: the server answers 403");

        // Another host than the one that may have the token does not get it, unless the project itself names that location.
        server.Misbehave = null;
        var refused = project.BuildWith("MERGEKIT_WEIGHTS_HOST", "models.example", "app").Failed();
        Assert.True(refused.Says("the server answers 401"), refused.Output);
        Assert.True(refused.Says("set MERGEKIT_WEIGHTS_HOST to '127.0.0.1'"), refused.Output);

        server.TakeRequests();
        var build = project.BuildWith("MERGEKIT_WEIGHTS_HOST", "models.example", "app", $"-p:PackagedModelsLocation={server.Address}", "-v:d").Succeeded();
        Assert.Contains((Second, "bytes=1000-"), server.TakeRequests());
        Assert.False(build.Says(TestFeed.WeightsToken), build.Output);
        Assert.Equal(project.Contents("bin/Release/models/chat"), project.Contents("app/bin/Debug/net10.0/models/chat"));

        Assert.True(build.Says("\"RestoreModelWeights\" task"), build.Output);
        Assert.False(project.Build("app", "-v:d").Succeeded().Says("\"RestoreModelWeights\" task"));

        void AssertFails(string message)
        {
            var failed = project.Build("app").Failed();
            Assert.True(failed.Says(message), failed.Output);
            Assert.False(Directory.Exists(System.IO.Path.Combine(project.Cache, "mergekit-build", "packages", "Large.Faults", "1.0.0", "chat")));
            Assert.False(Directory.Exists(project.Path("app/bin/Debug/net10.0/models")));
        }
    }

    [Fact]
    public void A_file_share_gets_the_weights_and_gives_them_to_recipes_and_applications()
    {
        using var project = Models("Large.Share");
        Pack(project, "1.0.0", "share");
        var shared = project.Path($"share/Large.Share/1.0.0/chat/{First}");
        Assert.Equal([First, Second], project.Contents("share/Large.Share/1.0.0/chat").Keys.Order());
        Assert.DoesNotContain(Packed(project, "Large.Share.1.0.0"), file => file.EndsWith(".safetensors", StringComparison.Ordinal));
        var (time, published, model) = (File.GetLastWriteTimeUtc(shared), project.Contents("share/Large.Share/1.0.0/chat"), project.Contents("bin/Release/models/chat"));

        // Packed again it stays as it is; other weights do not replace it.
        Pack(project, "1.0.0", "share");
        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "reverser"));
        var refused = project.Run([.. PackArguments("1.0.0", "share")]).Failed();
        Assert.True(refused.Says($"Models.proj : error MK7022: '{shared}' is not the file that this package needs there: expected SHA-256 "), refused.Output);
        Assert.Equal(time, File.GetLastWriteTimeUtc(shared));
        Assert.Equal(published, project.Contents("share/Large.Share/1.0.0/chat"));
        project.WriteModels($"""<ModelMerge Include="recipes/chat.yml" Name="other" ShardSize="1M" />""", "<PackageId>Large.Second</PackageId>");
        Pack(project, "1.0.0", "share");

        Directory.Move(project.Path("share"), project.Path("moved"));
        project.WriteModelProject("stage/Stage.proj", """<ModelMerge Include="stage.yml" /><PackageReference Include="Large.Share" Version="1.0.0" />""");
        project.Write("stage/stage.yml", Recipe.OfNamed("chat"));
        var missing = project.Build("stage").Failed();
        Assert.True(missing.Says($"Stage.proj : error MK7023: Model 'chat' of package Large.Share 1.0.0 cannot be restored from {project.Path("share")}: MK2062: '{shared[..^First.Length]}"), missing.Output);

        var merge = project.Build("stage", "-p:PackagedModelsLocation=../moved").Succeeded();
        Assert.Equal(["stage"], merge.Merged);
        Assert.True(merge.Output.IndexOf("chat: restored to ", StringComparison.Ordinal) < merge.Output.IndexOf("stage -> ", StringComparison.Ordinal), merge.Output);
        Assert.Equal(["stage"], Directory.EnumerateFileSystemEntries(project.Path("stage/bin/Debug/models")).Select(Path.GetFileName));
        Assert.Empty(project.Build("stage").Succeeded().Merged);

        // Both packages bring the task; the project has one of its own.
        project.WriteApplication(
            $"""
            <PackageReference Include="Large.Share" Version="1.0.0" />
            <PackageReference Include="Large.Second" Version="1.0.0" />
            <PackageReference Include="MergeKit.Build" Version="{TestFeed.Instance.Version}" PrivateAssets="all" />
            <ModelMerge Include="../stage/stage.yml" Name="own" />
            """,
            "<PackagedModelsLocation>../moved</PackagedModelsLocation>");
        project.Build("app").Succeeded();
        Assert.Equal(model, project.Contents("app/bin/Debug/net10.0/models/chat"));
        Assert.Equal(project.Contents("bin/Release/models/other"), project.Contents("app/bin/Debug/net10.0/models/other"));
        Assert.True(project.Has("app/bin/Debug/net10.0/models/own/config.json"));
    }

    [Fact]
    public void The_limit_decides_and_a_location_that_would_not_do_is_refused()
    {
        using var project = Models("Large.Limit");

        Assert.True(project.Run(PackArguments("1.0.0", "")).Failed().Says("Models.proj : error MK7020: The models of package Large.Limit have "));
        var secret = project.Run(PackArguments("1.0.0", "https://ada:pass-w0rd@models.example/weights")).Failed();
        Assert.True(secret.Says("error MK7021: 'https://models.example/weights' cannot be the location of weights: "), secret.Output);
        Assert.False(secret.Says("pass-w0rd"), secret.Output);
        Assert.True(project.Run("pack", "-o", "feed", "-p:ModelMergePackageLimit=much").Failed().Says("error MK7004: "));
        Assert.Empty(Directory.EnumerateFileSystemEntries(project.Path("feed")));

        project.Run("pack", "-o", "feed", "-p:ModelMergePackageLimit=10M", "-p:ModelMergeWeightsLocation=share").Succeeded();
        Assert.Equal(2, Packed(project, "Large.Limit.1.0.0").Count(file => file.EndsWith(".safetensors", StringComparison.Ordinal)));
        Assert.DoesNotContain(Packed(project, "Large.Limit.1.0.0"), file => file.StartsWith("tasks/", StringComparison.Ordinal));
        Assert.False(Directory.Exists(project.Path("share")));
    }

    private static TestProject Models(string id, string metadata = "")
    {
        var project = TestProject.OfModels($"""<ModelMerge Include="recipes/chat.yml" ShardSize="1M" {metadata} />""", $"<PackageId>{id}</PackageId>");
        project.WriteFeed();
        return project;
    }

    private static string[] PackArguments(string version, string location) =>
        ["pack", "-o", "feed", $"-p:Version={version}", "-p:ModelMergePackageLimit=100K", $"-p:ModelMergeWeightsLocation={location}"];

    private static BuildResult Pack(TestProject project, string version, string location) => project.Run(PackArguments(version, location)).Succeeded();

    private static void Use(TestProject project, string package, string version) =>
        project.WriteApplication($"""<PackageReference Include="{package}" Version="{version}" /><AssemblyMetadata Include="Model" Value="@(PackagedModel)" />""");

    private static string ModelOf(TestProject project) =>
        project.Run("out/App.dll").Succeeded().Output.Split('\n').Single(line => line.StartsWith("Model=", StringComparison.Ordinal))[6..].Trim();

    private static List<string> Packed(TestProject project, string package)
    {
        using var zip = ZipFile.OpenRead(project.Path($"feed/{package}.nupkg"));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private static void AssertCopies(TestProject project, IReadOnlyDictionary<string, string> expected)
    {
        Assert.Equal(expected, project.Contents($"app/bin/Release/net10.0/models/{OddName}"));
        Assert.Equal(expected, project.Contents($"out/models/{OddName}"));
    }
}
