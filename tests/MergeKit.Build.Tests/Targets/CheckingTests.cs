using System.Globalization;
using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class CheckingTests
{
    [Theory]
    [InlineData("ValidateModelMerges", "chat: valid (linear")]
    [InlineData("PlanModelMerges", "chat would be merged: it was not merged yet")]
    public void Checking_and_planning_write_nothing(string target, string message)
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Run("restore").Succeeded();
        var before = project.Entries();

        Assert.True(project.Build($"-t:{target}").Succeeded().Says(message));

        Assert.Equal(before, project.Entries());
    }

    [Fact]
    public void The_plan_says_why_a_model_would_be_made_again()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat is up to date"));

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" Seed="1" />""");
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat would be merged: its metadata changed, or the package"));
        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" />""");

        File.SetLastWriteTimeUtc(project.Path("recipes/chat.yml"), DateTime.UtcNow);
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says($"chat would be merged: {project.Path("recipes/chat.yml")} changed"));

        project.Delete("bin/Debug/models/chat/config.json");
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says($"chat would be merged: {project.Path("bin/Debug/models/chat/config.json")} is missing"));
    }

    [Fact]
    public void The_plan_agrees_with_the_build_after_a_build_that_failed()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" Seed="1" /><ModelMerge Include="recipes/nowhere.yml" />""");
        project.Build().Failed();

        project.WriteModels("""<ModelMerge Include="recipes/chat.yml" />""");

        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat is up to date"));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_backslash_in_an_inline_recipe_is_a_character_like_others()
    {
        const string Item = "<ModelMerge Include='chat'><Recipe>\n# (a{0}b); 'c' `d` $(e) @(f) %(g)\n{1}</Recipe></ModelMerge>";
        var recipe = Recipe.Linear("adder", "sorter").Replace("../../", "../", StringComparison.Ordinal);
        using var project = TestProject.OfModels(string.Format(CultureInfo.InvariantCulture, Item, "\\", recipe));
        project.Build().Succeeded();
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat is up to date"));
        Assert.Empty(project.Build().Succeeded().Merged);

        project.WriteModels(string.Format(CultureInfo.InvariantCulture, Item, "/", recipe));

        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat would be merged: its metadata changed, or the package"));
        Assert.Equal(["chat"], project.Build().Succeeded().Merged);
    }

    [Fact]
    public void A_design_time_build_leaves_what_was_built()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        string[] before = [.. project.Entries().Where(entry => entry.Contains("models", StringComparison.Ordinal))];

        project.Build("-p:DesignTimeBuild=true").Succeeded();

        Assert.Empty(before.Except(project.Entries()));
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    [Theory]
    [InlineData("MergeModels")]
    [InlineData("ValidateModelMerges")]
    [InlineData("PlanModelMerges")]
    public void Design_time_builds_do_nothing(string target)
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/nowhere.yml" />""");

        project.Build($"-t:{target}", "-p:DesignTimeBuild=true").Succeeded();

        Assert.False(Directory.Exists(project.Path("bin")));
    }
}
