using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Inputs behind links, which keep their time when what they lead to changes.</summary>
public class LinkedInputTests
{
    private static readonly ReportedWork Merged = new("chat", 39, 39, "content of ../model changed");

    [Fact]
    public void What_a_link_leads_to_is_looked_after()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("recipes/chat.yml", "merge_method: linear\nmodels:\n  - model: ../model\n    parameters: {weight: 1}\n");
        project.WriteModel("real/first", "adder");
        project.WriteModel("real/second", "sorter");
        project.WriteModel("snapshots/1", "adder");
        project.Delete("snapshots/1/model.safetensors");
        Link(project, "snapshots/1/model.safetensors", "../../current.safetensors");
        Link(project, "current.safetensors", "real/first/model.safetensors");
        Link(project, "model", "snapshots/1");
        project.Build().Succeeded();
        Assert.Empty(project.Build().Succeeded().Merged);

        var target = project.Path("real/first/model.safetensors");
        File.Copy(project.Path("real/second/model.safetensors"), target, overwrite: true);
        File.SetLastWriteTimeUtc(target, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says($"chat would be merged: {target} changed"));
        Assert.Equal([Merged], project.Build().Succeeded().Work);
        Assert.Empty(project.Build().Succeeded().Merged);

        project.Delete("current.safetensors");
        project.WriteModel("real/third", "adder");
        Link(project, "current.safetensors", "real/third/model.safetensors");
        Assert.Single(project.Build().Succeeded().Merged);
        Assert.Equal(project.CleanContents("bin/Debug/models"), project.Contents("bin/Debug/models"));
    }

    private static void Link(TestProject project, string link, string target) => File.CreateSymbolicLink(project.Path(link), target);
}
