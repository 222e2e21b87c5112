using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class IncrementalTests
{
    private const string Both = """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""";

    [Fact]
    public void A_second_build_runs_no_task()
    {
        using var project = TestProject.OfModels(Both);
        var first = project.Build("-v:d").Succeeded();
        Assert.Equal(["chat", "math"], first.Merged);
        Assert.True(first.Says("MergeKit.Build.dll\"."));

        var second = project.Build("-v:d").Succeeded();

        Assert.False(second.Says("MergeKit.Build.dll\"."), "A task of the package ran.");
        Assert.Empty(second.Merged);
    }

    [Fact]
    public void Only_the_merge_whose_recipe_changed_is_made_again()
    {
        using var project = TestProject.OfModels(Both);
        project.Build().Succeeded();

        project.Write("recipes/math.yml", Recipe.Linear("reverser", "sorter"));

        Assert.Equal(["math"], project.Build().Succeeded().Merged);
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_changed_input_file_is_noticed()
    {
        using var project = ProjectOfOwnModel();
        project.Build().Succeeded();

        File.SetLastWriteTimeUtc(project.Path("model/model.safetensors"), DateTime.UtcNow);

        Assert.Equal(["chat"], project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_model_replaced_by_an_older_one_is_noticed()
    {
        using var project = ProjectOfOwnModel();
        project.Build().Succeeded();

        project.WriteModel("model", "sorter");
        foreach (var file in Directory.EnumerateFiles(project.Path("model")))
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says($"chat would be merged: {project.Path("model/")}"));
        Assert.Equal(["chat"], project.Build().Succeeded().Merged);
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void Changed_metadata_makes_the_model_again()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();

        foreach (var metadata in new[] { "Seed=\"1\"", "ShardSize=\"100K\"", "CopyTokenizer=\"false\"", "OutputDirectory=\"elsewhere\"" })
        {
            project.WriteModels($"""<ModelMerge Include="recipes/chat.yml" {metadata} />""");
            Assert.Equal(["chat"], project.Build().Succeeded().Merged);
        }

        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void Metadata_that_changes_no_byte_does_not()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" Threads="2" MemoryLimit="1B" />""");

        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_deleted_output_file_is_made_again()
    {
        using var project = TestProject.OfModels(Both);
        project.Build().Succeeded();

        project.Delete("bin/Debug/models/chat/config.json");

        Assert.Equal(["chat"], project.Build().Succeeded().Merged);
        Assert.True(project.Has("bin/Debug/models/chat/config.json"));
    }

    [Fact]
    public void A_damaged_output_file_is_made_again()
    {
        using var project = TestProject.OfModels(Both);
        project.Build().Succeeded();
        var weights = project.Path("bin/Debug/models/chat/model.safetensors");
        var length = new FileInfo(weights).Length;

        using (var stream = File.OpenWrite(weights))
            stream.SetLength(length / 2);

        Assert.Equal(["chat"], project.Build().Succeeded().Merged);
        Assert.Equal(length, new FileInfo(weights).Length);
    }

    [Fact]
    public void A_model_that_is_no_longer_in_the_project_goes_with_the_next_build()
    {
        using var project = TestProject.OfModels(Both);
        project.Build().Succeeded();

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();

        Assert.DoesNotContain(project.Entries(), entry => entry.Contains("models/math/", StringComparison.Ordinal));
        Assert.Equal("chat", Assert.Single(project.MergedModels())["Name"]);
    }

    [Fact]
    public void A_model_goes_from_a_folder_that_is_no_longer_its_own()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" OutputDirectory="a" /><ModelMerge Include="recipes/math.yml" OutputDirectory="a" />""");
        project.Build().Succeeded();
        project.Write("a/math/notes.txt", "mine");

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" OutputDirectory="b" />""");
        project.Build().Succeeded();

        Assert.Equal(["a/math", "a/math/notes.txt"], project.Entries().Where(entry => entry.StartsWith("a/", StringComparison.Ordinal)));
        Assert.True(project.Has("b/chat/model.safetensors"));
    }

    [Fact]
    public void A_project_leaves_the_models_of_another_in_the_same_folder()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("Other.proj", File.ReadAllText(project.Path("Models.proj")).Replace("chat", "math", StringComparison.Ordinal));
        project.Build("Models.proj").Succeeded();

        project.Build("Other.proj").Succeeded();
        project.Run("clean", "Other.proj").Succeeded();

        Assert.Empty(project.Build("Models.proj", "-t:MergeModels").Succeeded().Merged);
        Assert.True(project.Has("bin/Debug/models/chat/model.safetensors"));
    }

    [Fact]
    public void Rebuild_makes_everything_again()
    {
        using var project = TestProject.OfModels(Both);
        project.Build().Succeeded();

        Assert.Equal(["chat", "math"], project.Build("-t:Rebuild").Succeeded().Merged);
        Assert.True(project.Has("bin/Debug/models/math/config.json"));
    }

    private static TestProject ProjectOfOwnModel()
    {
        var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.WriteModel("model", "adder");
        project.Write("recipes/chat.yml", "merge_method: linear\nmodels:\n  - model: ../model\n    parameters:\n      weight: 1.0\n");
        return project;
    }
}
