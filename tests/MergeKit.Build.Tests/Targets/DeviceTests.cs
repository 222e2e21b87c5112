using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Builds whose merges another process makes: the program of tests/MergeKit.FakeDeviceHost.</summary>
public class DeviceTests
{
    private const string Models = "bin/Debug/models";

    private static string Host => Path.Combine(AppContext.BaseDirectory, "MergeKit.FakeDeviceHost.dll");

    [Fact]
    public void A_host_makes_the_models_and_another_one_is_asked_again()
    {
        using var project = Project("""<ModelMerge Include="recipes/chat.yml" Device="cuda" /><ModelMerge Include="recipes/math.yml" Device="cpu" />""");

        var first = project.Build().Succeeded();

        Assert.True(first.Says("chat: computed on fake GPU"), first.Output);
        Assert.False(first.Says("math: computed on"), first.Output);
        Assert.Equal(["chat", "math"], first.Merged);
        Assert.Equal([39, 39], first.Work.Select(work => work.Computed));
        var contents = project.Contents(Models);
        Assert.Empty(project.Build().Succeeded().Merged);

        // The same program elsewhere: only the merge that uses it asks what there is to do, and that is nothing.
        var other = project.Build($"-p:ModelMergeDeviceHost={Path.Combine(Path.GetDirectoryName(Host)!, ".", Path.GetFileName(Host))}").Succeeded();
        Assert.Equal([new("chat", 0, 39, "")], other.Work);
        Assert.Equal(contents, project.Contents(Models));
        Assert.Equal(project.CleanContents(Models, "-p:ModelMergeDevice=cpu"), contents);
    }

    [Fact]
    public void A_plan_says_what_would_compute()
    {
        using var project = Project("""<ModelMerge Include="recipes/chat.yml" />""");

        var plan = project.Build("-t:PlanModelMerges").Succeeded();

        Assert.True(plan.Says("  device   cpu (auto: no GPU answers)"), plan.Output);
        Assert.False(Directory.Exists(project.Path(Models)));
    }

    [Fact]
    public void A_host_that_dies_is_an_error_of_the_item_without_secrets_and_the_other_models_are_made()
    {
        using var project = Project("""<ModelMerge Include="recipes/chat.yml" Device="cuda:6" /><ModelMerge Include="recipes/math.yml" Device="cuda" />""");

        var build = project.BuildWith("HF_TOKEN", "hf_s3cret").Failed();

        Assert.True(build.Says("Models.proj(3,") && build.Says("error MK5031: The process that merges on device cuda:6 has failed: aborted (signal 6)."), build.Output);
        Assert.True(build.Says("a mistake"), build.Output);
        Assert.False(build.Says("hf_s3cret"), build.Output);
        Assert.Equal(["math"], build.Merged);
    }

    [Fact]
    public void A_device_without_a_package_is_an_error_of_the_item()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" Device="torch-cpu" />""");

        foreach (var target in new[] { "Build", "ValidateModelMerges", "PlanModelMerges" })
        {
            var build = project.Build($"-t:{target}").Failed();
            Assert.True(build.Says("Models.proj(3,") && build.Says("error MK7005: Model 'chat' is to be merged on device torch-cpu"), build.Output);
        }
    }

    private static TestProject Project(string items) => TestProject.OfModels(items, $"<ModelMergeDeviceHost>{Host}</ModelMergeDeviceHost>");
}
