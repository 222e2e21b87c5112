using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>The cache that projects share gives models that were made before, and never wrong ones.</summary>
public class CacheTests
{
    private const string Both = """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/random.yml" ShardSize="100K" Seed="7" />""";
    private const string Models = "bin/Debug/models";

    [Fact]
    public void Clones_are_equal_whatever_their_folder_their_threads_and_the_cache()
    {
        using var project = ProjectOfBoth();
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("random", 39, 39, "not merged before")], Build(project, project, "-p:ModelMergeThreads=1").Work);
        var expected = project.Contents(Models);

        using var second = project.Clone();
        Assert.Equal([new("chat", 0, 39, ""), new("random", 0, 39, "")], Build(second, project).Work);
        Assert.Equal(expected, second.Contents(Models));

        using var third = project.Clone();
        var computed = Build(third, project, "-p:ModelMergeCache=false", "-p:ModelMergeThreads=3");
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("random", 39, 39, "not merged before")], computed.Work);
        Assert.Equal(expected, third.Contents(Models));
    }

    [Fact]
    public void Damaged_weights_are_dropped_with_a_warning_and_made_again()
    {
        using var project = ProjectOfBoth();
        Build(project, project);
        var expected = project.Contents(Models);
        var blob = Blobs(project).MaxBy(file => file.Length)!;
        var bytes = File.ReadAllBytes(blob.FullName);
        bytes[^1] ^= 1;
        blob.Delete();
        File.WriteAllBytes(blob.FullName, bytes);

        using var clone = project.Clone();
        var build = Build(clone, project);

        Assert.True(build.Says($"warning MK6002: Cached weights '{blob.FullName}' are damaged"), build.Output);
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("random", 0, 39, "")], build.Work);
        Assert.Equal(expected, clone.Contents(Models));

        using var next = project.Clone();
        Assert.Equal([new("chat", 0, 39, ""), new("random", 0, 39, "")], Build(next, project).Work);
    }

    [Fact]
    public void A_model_that_somebody_wrote_into_does_not_spoil_those_of_others()
    {
        using var project = ProjectOfBoth();
        Build(project, project);
        var expected = project.Contents(Models);
        using (var weights = File.OpenWrite(project.Path(Models + "/chat/model.safetensors")))
            weights.Write(new byte[100]);

        using var clone = project.Clone();
        Build(clone, project);
        Assert.Equal(expected, clone.Contents(Models));

        Assert.Equal([new("chat", 0, 39, "")], Build(project, project).Work);
        Assert.Equal(expected, project.Contents(Models));
    }

    [Fact]
    public void Trimming_keeps_as_much_as_is_said()
    {
        using var project = ProjectOfBoth();
        Build(project, project);
        var bytes = Blobs(project).Sum(file => file.Length);

        var kept = Build(project, project, "-t:TrimModelMergeCache");
        Assert.True(kept.Says($"{project.Path("cache")}: 0 files with 0 bytes removed, "), kept.Output);
        Assert.Equal(bytes, Blobs(project).Sum(file => file.Length));

        Build(project, project, "-t:TrimModelMergeCache", "-p:ModelMergeCacheSize=1K");
        Assert.Empty(Blobs(project));

        using var clone = project.Clone();
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("random", 39, 39, "not merged before")], Build(clone, project).Work);
        Assert.Empty(Build(project, project).Work);
    }

    [Fact]
    public void A_rebuild_takes_what_the_cache_has_and_one_without_cache_starts_from_nothing()
    {
        using var project = ProjectOfBoth();
        Build(project, project);
        var expected = project.Contents(Models);

        Assert.All(Build(project, project, "-t:Rebuild").Work, work => Assert.Equal(0, work.Computed));
        Assert.All(Build(project, project, "-t:Rebuild", "-p:ModelMergeCache=false").Work, work => Assert.Equal(39, work.Computed));

        Assert.Equal(expected, project.Contents(Models));
    }

    private static TestProject ProjectOfBoth()
    {
        var project = TestProject.OfModels(Both);
        project.Write("recipes/random.yml", "merge_method: dare_ties\nbase_model: ../../models/generalist\nmodels:\n"
            + "  - model: ../../models/adder\n    parameters: {weight: 0.5, density: 0.5}\n"
            + "  - model: ../../models/sorter\n    parameters: {weight: 0.5, density: 0.5}\ndtype: bfloat16\n");
        return project;
    }

    /// <summary>Builds one project with the cache in the folder of another.</summary>
    private static BuildResult Build(TestProject project, TestProject owner, params string[] arguments) =>
        project.Build([$"-p:ModelMergeCacheDirectory={owner.Path("cache")}", .. arguments]).Succeeded();

    private static IReadOnlyList<FileInfo> Blobs(TestProject project) =>
        [.. new DirectoryInfo(project.Path("cache/shards/blobs")).EnumerateFiles("*", SearchOption.AllDirectories)];
}
