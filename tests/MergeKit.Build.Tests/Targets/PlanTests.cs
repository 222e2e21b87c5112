using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>A plan says what the build will do, and changes nothing.</summary>
public class PlanTests
{
    private const string ByFilter = """
        merge_method: linear
        models:
          - model: ../../models/adder
            parameters:
              weight: [{filter: mlp, value: 0.5}, {value: 0.75}]
          - model: ../../models/sorter
            parameters: {weight: 0.25}
        dtype: float32

        """;

    [Fact]
    public void A_plan_says_what_the_build_then_reports()
    {
        using var project = ProjectOf(ByFilter);
        var first = Plan(project, "it was not merged yet");
        Assert.True(first.Says("  chat: 39 of 39 tensors (not merged before), 1.66 MB to read, 1.66 MB to write"), first.Output);
        Assert.Equal(first.Work, project.Build().Succeeded().Work);
        Assert.Empty(Plan(project, null).Work);

        // 12 tensors of 96 x 256: of two models in bfloat16, and in float32.
        project.Write("recipes/chat.yml", ByFilter.Replace("0.5", "0.625", StringComparison.Ordinal));
        var changed = Plan(project, $"{project.Path("recipes/chat.yml")} changed");
        Assert.True(changed.Says("  chat: 12 of 39 tensors (weight of ../../models/adder 0.5 → 0.625), 1.18 MB to read, 1.18 MB to write"), changed.Output);
        Assert.Equal(changed.Work, project.Build().Succeeded().Work);

        project.Write("recipes/chat.yml", "# Comment\n" + ByFilter);
        var former = Plan(project, $"{project.Path("recipes/chat.yml")} changed");
        Assert.True(former.Says("  chat: 0 of 39 tensors, 0 bytes to read, 0 bytes to write"), former.Output);
        Assert.Equal(former.Work, project.Build().Succeeded().Work);
    }

    [Fact]
    public void A_plan_of_stages_says_what_the_build_then_reports()
    {
        using var project = ProjectOf("name: soup\n" + ByFilter + "---\nmerge_method: slerp\nbase_model: soup\nmodels: [{model: ../../models/reverser}]\nparameters: {t: 0.5}\ndtype: float32\n");
        project.Build().Succeeded();

        project.Write("recipes/chat.yml", File.ReadAllText(project.Path("recipes/chat.yml")).Replace("value: 0.5", "value: 0.625", StringComparison.Ordinal));
        var plan = Plan(project, $"{project.Path("recipes/chat.yml")} changed");

        Assert.Equal([new("soup", 12, 39, "weight of ../../models/adder 0.5 → 0.625"), new("chat", 12, 39, "content of soup changed")], plan.Work);
        Assert.Equal(plan.Work, project.Build().Succeeded().Work);
    }

    /// <summary>Plans, which changes no file of the project and no cache.</summary>
    private static BuildResult Plan(TestProject project, string? reason)
    {
        project.Run("restore").Succeeded();
        var before = project.Contents("");
        var plan = project.Build("--no-restore", "-t:PlanModelMerges").Succeeded();
        Assert.Equal(before, project.Contents(""));
        Assert.True(plan.Says(reason is null ? "chat is up to date" : $"chat would be merged: {reason}"), plan.Output);
        return plan;
    }

    private static TestProject ProjectOf(string recipe)
    {
        var project = TestProject.OfModels(
            """<ModelMerge Include="recipes/chat.yml" />""", "<ModelMergeShardSize>100K</ModelMergeShardSize><ModelMergeCacheDirectory>cache</ModelMergeCacheDirectory>");
        project.Write("recipes/chat.yml", recipe);
        return project;
    }
}
