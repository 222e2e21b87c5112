using MergeKit.Build.Tests.Projects;
using MergeKit.Engine.Tests.Devices.Libtorch;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Builds whose merges libtorch computes, on the processor: projects reference the packages, and nothing else.</summary>
public class LibtorchTests
{
    private const string Models = "bin/Debug/models";

    [LibtorchFact]
    public void A_project_with_the_packages_merges_by_libtorch()
    {
        using var project = TestProject.OfModels($"""{LibtorchFeed.Items}<ModelMerge Include="recipes/chat.yml" Device="torch-cpu" />""");
        LibtorchFeed.AddTo(project);

        var first = project.Build().Succeeded();

        Assert.True(first.Says("chat: computed on torch-cpu (TorchSharp 0.107.0, libtorch 2.10.0"), first.Output);
        Assert.Equal(["chat"], first.Merged);
        var contents = project.Contents(Models);
        var second = project.Build().Succeeded();
        Assert.Empty(second.Merged);
        Assert.False(second.Says("computed on"), second.Output);
        Assert.Equal(contents, project.Contents(Models));

        Assert.NotEmpty(HostFolders(project));
        project.Build("-t:Clean").Succeeded();
        Assert.Empty(HostFolders(project));
        Assert.False(Directory.Exists(project.Path($"{Models}/chat")));
    }

    private static string[] HostFolders(TestProject project) => Directory.GetDirectories(project.Path("obj"), "device-host", SearchOption.AllDirectories);
}
