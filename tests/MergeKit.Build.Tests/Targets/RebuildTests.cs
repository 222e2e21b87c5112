using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>A build after a change computes what depends on it and says why; the bytes are those of a build from nothing.</summary>
public class RebuildTests
{
    private const string OwnCache = "<ModelMergeCacheDirectory>cache</ModelMergeCacheDirectory>";
    private const string Chat = """<ModelMerge Include="recipes/chat.yml" />""";
    private const string Models = "bin/Debug/models";
    private const string ByFilter = """
        merge_method: linear
        models:
          - model: ../../models/adder
            parameters:
              weight:
                - filter: mlp
                  value: 0.5
                - value: 0.75
          - model: ../model
            parameters:
              weight: 0.25
        dtype: float32

        """;

    [Fact]
    public void What_changes_no_tensor_computes_none()
    {
        using var project = ProjectOf(ByFilter);
        Assert.Equal([new("chat", 39, 39, "not merged before")], project.Build().Succeeded().Work);
        Assert.Empty(project.Build().Succeeded().Work);

        File.SetLastWriteTimeUtc(project.Path("model/model.safetensors"), DateTime.UtcNow);
        File.SetLastWriteTimeUtc(project.Path("recipes/chat.yml"), DateTime.UtcNow);
        AssertRebuild(project, new ReportedWork("chat", 0, 39, ""));

        project.Write("recipes/chat.yml", "# The same in other words.\ndtype: float32\n" + ByFilter.Replace("dtype: float32\n", "", StringComparison.Ordinal));
        AssertRebuild(project, new ReportedWork("chat", 0, 39, ""));

        Directory.Move(project.Path("model"), project.Path("other"));
        project.Write("recipes/chat.yml", ByFilter.Replace("../model\n", "../other\n", StringComparison.Ordinal));
        AssertRebuild(project, new ReportedWork("chat", 0, 39, ""));
    }

    [Fact]
    public void A_weight_that_changes_for_some_tensors_computes_those()
    {
        using var project = ProjectOf(ByFilter);
        project.WriteModels(Chat, OwnCache + "<ModelMergeShardSize>100K</ModelMergeShardSize>");
        project.Build().Succeeded();
        var embedding = Directory.EnumerateFiles(project.Path(Models + "/chat"), "model-00001-of-*.safetensors").Single();
        var before = File.GetLastWriteTimeUtc(embedding);

        project.Write("recipes/chat.yml", ByFilter.Replace("0.5", "0.625", StringComparison.Ordinal));
        AssertRebuild(project, new ReportedWork("chat", 12, 39, "weight of ../../models/adder 0.5 → 0.625"));
        Assert.Equal(before, File.GetLastWriteTimeUtc(embedding));
    }

    [Fact]
    public void A_gradient_that_changes_at_one_end_computes_the_tensors_of_that_end()
    {
        const string Gradient = "merge_method: linear\nmodels:\n  - model: ../model\n    parameters: {weight: [1, 1, 0.5]}\n  - model: ../../models/sorter\n    parameters: {weight: 1}\ndtype: float32\n";
        using var project = ProjectOf(Gradient);
        project.Build().Succeeded();

        project.Write("recipes/chat.yml", Gradient.Replace("1, 1, 0.5", "1, 1, 0.75", StringComparison.Ordinal));
        AssertRebuild(project, new ReportedWork("chat", 18, 39, "weight of ../model changed"));
    }

    [Fact]
    public void A_replaced_input_computes_what_is_different_in_it()
    {
        using var project = ProjectOf(ByFilter);
        project.Build().Succeeded();

        project.WriteModel("model", "sorter");
        AssertRebuild(project, new ReportedWork("chat", 39, 39, "content of ../model changed"));

        var weights = File.ReadAllBytes(project.Path("model/model.safetensors"));
        weights[^1] ^= 1;
        File.WriteAllBytes(project.Path("model/model.safetensors"), weights);
        AssertRebuild(project, new ReportedWork("chat", 1, 39, "content of ../model changed"));
    }

    [Fact]
    public void A_renamed_recipe_makes_a_model_from_what_the_cache_holds()
    {
        using var project = ProjectOf(ByFilter);
        project.Build().Succeeded();
        project.Write(Models + "/chat/notes.txt", "mine");

        File.Move(project.Path("recipes/chat.yml"), project.Path("recipes/talk.yml"));
        project.WriteModels("""<ModelMerge Include="recipes/talk.yml" />""", OwnCache);
        var build = project.Build().Succeeded();

        Assert.Equal([new("talk", 0, 39, "")], build.Work);
        Assert.Equal(project.CleanContents(Models + "/talk"), project.Contents(Models + "/talk"));
        Assert.Equal(["chat/notes.txt"], project.Contents(Models).Keys.Where(file => !file.StartsWith("talk/", StringComparison.Ordinal)));
        Assert.DoesNotContain(project.Entries(), entry => entry.StartsWith("obj/Debug/models/chat", StringComparison.Ordinal));
    }

    [Fact]
    public void Adding_or_removing_a_merge_leaves_the_others_alone()
    {
        using var project = ProjectOf(ByFilter);
        project.Build().Succeeded();
        project.Write("bin/Debug/models/other/config.json", "{}");

        project.WriteModels(Chat + """<ModelMerge Include="recipes/math.yml" />""", OwnCache);
        var build = project.Build().Succeeded();
        Assert.Equal([new("math", 39, 39, "not merged before")], build.Work);
        Assert.Equal(["math"], build.Merged);
        Assert.Equal(project.CleanContents(Models + "/math"), project.Contents(Models + "/math"));

        project.WriteModels("""<ModelMerge Include="recipes/math.yml" />""", OwnCache);
        Assert.Empty(project.Build().Succeeded().Work);
        Assert.Equal(["other/config.json"], project.Contents(Models).Keys.Where(file => !file.StartsWith("math/", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_stage_that_changes_is_made_again_with_what_follows_from_it()
    {
        const string Stages = """
            name: soup
            merge_method: linear
            models: [{model: ../model, parameters: {weight: 0.5}}, {model: ../../models/sorter, parameters: {weight: 0.5}}]
            dtype: float32
            ---
            name: mix
            merge_method: linear
            models: [{model: ../model, parameters: {weight: 0.5}}, {model: ../../models/reverser, parameters: {weight: 0.5}}]
            dtype: float32
            ---
            merge_method: slerp
            base_model: soup
            models: [{model: soup}, {model: mix}]
            parameters: {t: 0.5}
            dtype: float32

            """;
        using var project = ProjectOf(Stages);
        Assert.Equal(
            [new("soup", 39, 39, "not merged before"), new("mix", 39, 39, "not merged before"), new("chat", 39, 39, "not merged before")],
            project.Build().Succeeded().Work);

        var soup = project.Path("obj/Debug/models/chat/stages/soup/model/model.safetensors");
        Assert.True(File.Exists(soup));
        var before = File.GetLastWriteTimeUtc(soup);

        var changed = Stages.Replace("reverser, parameters: {weight: 0.5}", "reverser, parameters: {weight: 0.75}", StringComparison.Ordinal);
        project.Write("recipes/chat.yml", changed);
        AssertRebuild(
            project, new("soup", 0, 39, ""), new("mix", 39, 39, "weight of ../../models/reverser 0.5 → 0.75"), new("chat", 39, 39, "content of mix changed"));

        project.Write("recipes/chat.yml", changed.Replace("{t: 0.5}", "{t: [0.5, 0.25]}", StringComparison.Ordinal));
        AssertRebuild(project, new("soup", 0, 39, ""), new("mix", 0, 39, ""), new("chat", 27, 39, "t changed"));
        Assert.Equal(before, File.GetLastWriteTimeUtc(soup));
    }

    [Fact]
    public void A_change_in_a_referenced_project_reaches_the_tensors_that_depend_on_it()
    {
        using var project = ProjectOf(ByFilter);
        project.WriteModelProject("last/Last.proj", """<ModelMerge Include="last.yml" /><ProjectReference Include="../Models.proj" />""", OwnCache);
        project.Write("last/last.yml", "merge_method: linear\nmodels:\n  - model: chat\n    parameters: {weight: 1}\n  - model: ../../models/reverser\n    parameters: {weight: 1}\ndtype: float32\n");
        Assert.Equal([new("chat", 39, 39, "not merged before"), new("last", 39, 39, "not merged before")], project.Build("last").Succeeded().Work);

        project.Write("recipes/chat.yml", ByFilter.Replace("0.5", "0.625", StringComparison.Ordinal));
        var build = project.Build("last").Succeeded();

        Assert.Equal([new("chat", 12, 39, "weight of ../../models/adder 0.5 → 0.625"), new("last", 12, 39, "content of chat changed")], build.Work);
        Assert.Equal(project.CleanContents("last/bin/Debug/models", "last"), project.Contents("last/bin/Debug/models"));
        Assert.Empty(project.Build("last").Succeeded().Work);
    }

    /// <summary>Builds, compares what was computed and all files, and builds once more for nothing.</summary>
    private static void AssertRebuild(TestProject project, params ReportedWork[] work)
    {
        Assert.Equal(work, project.Build().Succeeded().Work);
        Assert.Equal(project.CleanContents(Models), project.Contents(Models));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    private static TestProject ProjectOf(string recipe)
    {
        var project = TestProject.OfModels(Chat, OwnCache);
        project.WriteModel("model", "reverser");
        project.Write("recipes/chat.yml", recipe);
        return project;
    }
}
