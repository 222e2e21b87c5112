using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class DiagnosticsTests
{
    [Fact]
    public void An_error_in_a_recipe_has_code_file_line_and_column()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("recipes/chat.yml", "merge_method: linear\nmodels:\n  - model: ../nowhere\n    parameters:\n      weight: 1.0\n");

        var build = project.Build().Failed();

        Assert.True(build.Says($"{project.Path("recipes/chat.yml")}(3,12): error MK2001: "), build.Output);
        Assert.False(Directory.Exists(project.Path("bin/Debug/models")));
    }

    [Fact]
    public void An_error_in_an_inline_recipe_points_into_the_project_file()
    {
        using var project = TestProject.OfModels("<ModelMerge Include=\"chat\"><Recipe>\nmerge_method: linear\nmodels:\n  - model: ./nowhere\n    parameters:\n      weight: 1.0\n</Recipe></ModelMerge>");

        var build = project.Build().Failed();

        Assert.True(build.Says($"{project.Path("Models.proj")}(6,12): error MK2001: "), build.Output);
    }

    [Fact]
    public void Every_recipe_is_checked_before_the_first_is_merged()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/*.yml" />""");
        project.Write("recipes/broken.yml", "merge_method: linear\nmodels:\n  - model: ../nowhere\n    parameters:\n      weight: 1.0\n");
        project.Write("recipes/worse.yml", "merge_method: linear\nmodels:\n  - model: ../nothing\n    parameters:\n      weight: 1.0\n");

        var build = project.Build().Failed();

        Assert.True(build.Says("broken.yml(3,12): error MK2001") && build.Says("worse.yml(3,12): error MK2001"), build.Output);
        Assert.Empty(build.Merged);
    }

    [Theory]
    [InlineData("""<ModelMerge Include="recipes/nowhere.yml" />""", "MK7001")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" Name="../chat" />""", "MK7002")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" Name=".." />""", "MK7002")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" Name="Chat" />""", "MK7003")]
    [InlineData("""<ModelMerge Include="recipes/chat.yml" Device="cuda" />""", "MK7005")]
    public void A_wrong_item_is_an_error_at_the_project_file(string items, string code)
    {
        using var project = TestProject.OfModels(items);

        var build = project.Build().Failed();

        Assert.True(build.Says($"Models.proj(3,") && build.Says($"): error {code}: "), build.Output);
        Assert.DoesNotContain(project.Entries(), entry => entry.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "error MK5013: ")]
    [InlineData("NonFiniteOutputs=\"warning\"", "warning MK5013: ")]
    public void An_item_says_what_becomes_of_values_that_are_not_finite(string metadata, string message)
    {
        using var project = TestProject.OfModels($"<ModelMerge Include=\"recipes/huge.yml\" {metadata} />");
        project.Write("recipes/huge.yml", "merge_method: passthrough\nmodels: [{model: ../../models/adder, parameters: {scale: 1e38}}]\nout_dtype: float16\n");

        var build = project.Build();

        Assert.True(build.Says(message), build.Output);
        Assert.Equal(metadata.Length > 0, project.Has("bin/Debug/models/huge/model.safetensors"));
    }

    [Fact]
    public void A_wrong_item_does_not_hide_a_wrong_recipe()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/nowhere.yml" /><ModelMerge Include="recipes/chat.yml" />""");
        project.Write("recipes/chat.yml", "merge_method: tise\nmodels: [{model: ../model}]\n");

        var build = project.Build("-t:ValidateModelMerges").Failed();

        Assert.True(build.Says("error MK7001: ") && build.Says("error MK1050: "), build.Output);
    }

    [Fact]
    public void Of_several_items_of_one_recipe_the_wrong_one_is_named()
    {
        using var project = TestProject.OfModels("""
            <ModelMerge Include="recipes/chat.yml" Name="one" />
            <ModelMerge Include="recipes/chat.yml" Name="two" Seed="two" />
            """);

        var build = project.Build("-t:ValidateModelMerges").Failed();

        Assert.True(build.Says("Models.proj(4,") && build.Says("): error MK7004: "), build.Output);
    }

    [Fact]
    public void All_metadata_that_cannot_be_read_is_reported_together()
    {
        string[] wrong =
        [
            "Seed='one'", "Seed='-1'", "ShardSize='5 GB'", "Threads='-1'", "MemoryLimit='much'", "AllowCrimes='yes'",
            "CopyTokenizer='1'", "NonFiniteInputs='maybe'", "NonFiniteOutputs='2'", "WriteModelCard='no'", "CloneTensors='on'", "LoraDType='int8'", "Device='tpu'",
        ];
        using var project = TestProject.OfModels(string.Concat(wrong.Select((metadata, i) => $"<ModelMerge Include='recipes/chat.yml' Name='chat{i}' {metadata} />")));

        var build = project.Build("-t:ValidateModelMerges").Failed();

        Assert.All(
            wrong.Select(metadata => metadata.Split('=', '\'')),
            parts => Assert.True(build.Says($"error MK7004: Metadata {parts[0]} of ModelMerge 'recipes/chat.yml' is '{parts[2]}'"), build.Output));
    }

    [Fact]
    public void A_duplicate_name_is_found_beside_a_model_that_is_up_to_date()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" Name="chat" />""");

        Assert.True(project.Build().Failed().Says("error MK7003"));
    }
}
