using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>What appears in the folder of an input counts, whatever it is; what others do to the outputs is noticed.</summary>
public class InputFolderTests
{
    private const string Chat = """<ModelMerge Include="recipes/chat.yml" />""";

    [Fact]
    public void A_file_that_appears_beside_the_weights_is_noticed()
    {
        using var project = ProjectOf("model (1); 100% $(mine)");
        var tokenizer = project.Path("model (1); 100% $(mine)/tokenizer.json");
        File.Move(tokenizer, project.Path("kept"));
        project.Build().Succeeded();
        Assert.False(project.Has("bin/Debug/models/chat/tokenizer.json"));
        Assert.Empty(project.Build().Succeeded().Merged);

        File.Move(project.Path("kept"), tokenizer);
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says($"chat would be merged: {Path.GetDirectoryName(tokenizer)} has other files"));
        Assert.Equal([new("chat", 0, 39, "")], project.Build().Succeeded().Work);

        Assert.True(project.Has("bin/Debug/models/chat/tokenizer.json"));
        Assert.Equal(project.CleanContents("bin/Debug/models"), project.Contents("bin/Debug/models"));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_model_that_is_merged_into_the_folder_of_its_input_is_up_to_date_afterwards()
    {
        using var project = ProjectOf("model");
        project.WriteModels(Chat, "<ModelMergeOutputDirectory>model</ModelMergeOutputDirectory>");
        project.Build().Succeeded();

        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_folder_that_is_gone_is_reported_by_the_merge()
    {
        using var project = ProjectOf("model");
        project.Build().Succeeded();

        Directory.Delete(project.Path("model"), recursive: true);

        Assert.True(project.Build().Failed().Says("error MK2001"));
        Assert.True(project.Has("bin/Debug/models/chat/model.safetensors"));
    }

    [Fact]
    public void A_model_that_target_frameworks_share_is_looked_after()
    {
        using var project = ProjectOf("model");
        project.WriteModels(
            Chat,
            "<TargetFrameworks>net10.0;net9.0</TargetFrameworks><ModelMergeOutputDirectory>shared</ModelMergeOutputDirectory><ModelMergeCacheDirectory>cache</ModelMergeCacheDirectory>");
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("chat", 0, 39, "")], project.Build().Succeeded().Work);
        var model = project.Contents("shared");

        // The first framework finds that the second has replaced its files, by equal ones.
        Assert.Equal([new("chat", 0, 39, "")], project.Build().Succeeded().Work);
        Assert.Empty(project.Build().Succeeded().Merged);

        project.Write("shared/chat/config.json", "{}");
        Assert.All(project.Build().Succeeded().Work, work => Assert.Equal(0, work.Computed));
        Assert.Equal(model, project.Contents("shared"));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    private static TestProject ProjectOf(string folder)
    {
        var project = TestProject.OfModels(Chat);
        project.WriteModel(folder, "adder");
        project.Write("recipes/chat.yml", $"merge_method: linear\nmodels:\n  - model: \"../{folder}\"\n    parameters: {{weight: 1}}\n");
        return project;
    }
}
