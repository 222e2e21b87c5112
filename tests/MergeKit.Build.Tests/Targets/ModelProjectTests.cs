using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class ModelProjectTests
{
    [Fact]
    public void A_project_of_five_lines_builds_a_model_folder_and_nothing_else()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");

        var build = project.Build().Succeeded();

        Assert.Equal(["chat"], build.Merged);
        Assert.True(project.Has("bin/Debug/models/chat/config.json"));
        Assert.True(project.Has("bin/Debug/models/chat/model.safetensors"));
        Assert.True(project.Has("bin/Debug/models/chat/tokenizer.json"));
        Assert.DoesNotContain(project.Entries(), entry => entry.EndsWith(".dll", StringComparison.Ordinal) || entry.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.False(build.Says("warning"), build.Output);
    }

    [Fact]
    public void A_recipe_can_stand_in_the_item()
    {
        using var project = TestProject.OfModels($"<ModelMerge Include=\"chat-1.5\"><Recipe>\n{Recipe.Linear("adder", "sorter").Replace("../../", "../", StringComparison.Ordinal)}</Recipe></ModelMerge>");

        project.Build().Succeeded();

        Assert.True(project.Has("bin/Debug/models/chat-1.5/config.json"));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void Items_made_by_a_target_are_merged_too()
    {
        using var project = TestProject.OfModels("");
        project.Write("Directory.Build.targets", """
            <Project>
              <Target Name="ChooseRecipes" BeforeTargets="BeforeBuild">
                <ItemGroup><ModelMerge Include="recipes/*.yml" /></ItemGroup>
              </Target>
            </Project>
            """);

        Assert.Equal(["chat", "math"], project.Build().Succeeded().Merged);
        Assert.Empty(project.Build().Succeeded().Merged);
        Assert.Equal(["chat", "math"], project.Build("-t:Rebuild").Succeeded().Merged);
    }

    [Fact]
    public void The_locale_of_the_system_changes_no_byte()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("recipes/chat.yml", Recipe.Linear("adder", "sorter").Replace("1.0", "[0.25, 1.5]", StringComparison.Ordinal));
        project.BuildInLocale("C").Succeeded();
        var expected = project.Contents("bin/Debug/models/chat");
        project.Run("clean").Succeeded();

        project.BuildInLocale("de_DE.UTF-8").Succeeded();

        Assert.Equal(expected, project.Contents("bin/Debug/models/chat"));
    }

    [Theory]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" Name="other" />""", "", "bin/Debug/models/other")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" OutputDirectory="out/x" />""", "", "out/x/chat")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" />""", "<ModelMergeOutputDirectory>my models</ModelMergeOutputDirectory>", "my models/chat")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" />""", "<ModelMergeName>other</ModelMergeName>", "bin/Debug/models/other")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" />""", "<OutputPath>o/</OutputPath>", "o/models/chat")]
    public void Name_and_place_follow_metadata_and_properties(string items, string properties, string folder)
    {
        using var project = TestProject.OfModels(items, properties);

        project.Build().Succeeded();

        Assert.True(project.Has($"{folder}/config.json"), string.Join('\n', project.Entries()));
    }

    [Theory]
    [InlineData(" with spaces (and parentheses)")]
    [InlineData(" größer ✓ 模型")]
    [InlineData(" o'clock & 100% @home")]
    public void Folders_may_have_any_name(string folderName)
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" Name="my model (ü)" />""", folderName: folderName);

        Assert.Equal(["my model (ü)"], project.Build().Succeeded().Merged);
        Assert.Empty(project.Build().Succeeded().Merged);
        Assert.Equal(project.Path("bin/Debug/models/my model (ü)"), Assert.Single(project.MergedModels())["Identity"]);
        project.Run("clean").Succeeded();
        Assert.DoesNotContain(project.Entries(), entry => entry.Contains("models", StringComparison.Ordinal));
    }

    [Fact]
    public void Publish_copies_the_models()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");

        project.Run("publish", "-o", "out").Succeeded();

        Assert.Equal(project.Contents("bin/Release/models/chat"), project.Contents("out/models/chat"));
    }

    [Fact]
    public void Publish_replaces_a_newer_model_by_an_older_one()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Run("publish", "-o", "out").Succeeded();
        var weights = project.Path("bin/Release/models/chat/model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        File.SetLastWriteTimeUtc(weights, File.GetLastWriteTimeUtc(weights).AddDays(-1));

        project.Run("publish", "-o", "out", "--no-build").Succeeded();

        Assert.Equal(bytes, File.ReadAllBytes(project.Path("out/models/chat/model.safetensors")));
    }
}
