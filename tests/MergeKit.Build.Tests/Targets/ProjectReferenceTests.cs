using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class ProjectReferenceTests
{
    private const string Chat = """<ModelMerge Include="recipes/chat.yml" />""";

    [Fact]
    public void A_recipe_uses_the_model_of_a_referenced_project_and_follows_its_changes()
    {
        using var project = Chain();
        Assert.True(project.Build("last", "-t:ValidateModelMerges").Succeeded().Says("last: valid"));
        Assert.Equal(["last"], project.Build("last").Succeeded().Merged);
        Assert.Equal(["last"], Directory.EnumerateFileSystemEntries(project.Path("last/bin/Debug/models")).Select(Path.GetFileName));

        project.Write("recipes/math.yml", Recipe.Linear("sorter", "reverser"));
        Assert.Equal(["math"], project.Build("last").Succeeded().Merged);

        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "reverser"));
        Assert.True(project.Build("last", "-t:PlanModelMerges").Succeeded().Says("last would be merged"));
        project.Build("last").Succeeded();
        var changed = project.Contents("last/bin/Debug/models/last");
        Assert.Empty(project.Build("last").Succeeded().Merged);

        Assert.Equal(["chat", "math", "middle", "last"], project.Build("last", "-t:Rebuild").Succeeded().Merged);
        Assert.Equal(changed, project.Contents("last/bin/Debug/models/last"));
    }

    [Fact]
    public void A_change_of_the_first_project_makes_all_that_follow_from_it_again()
    {
        using var project = Chain();
        Assert.Equal(["chat", "math", "middle", "last"], project.Build("last").Succeeded().Merged);

        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "reverser"));

        Assert.Equal(["chat", "middle", "last"], project.Build("last").Succeeded().Merged);
    }

    [Fact]
    public void Names_of_indirect_references_are_not_seen()
    {
        using var project = Chain();
        project.Write("last/recipes/last.yml", Recipe.OfNamed("chat").Replace("../../", "../../../", StringComparison.Ordinal));

        var build = project.Build("last").Failed();

        Assert.Equal(["chat", "math", "middle"], build.Merged);
        Assert.True(build.Says("error MK2001: Model 'chat' was not found"), build.Output);
    }

    [Fact]
    public void A_name_that_two_references_offer_is_an_error_that_names_both()
    {
        using var project = Chain();
        project.Build("last").Succeeded();
        project.WriteModelProject("other/Other.proj", """<ModelMerge Include="../recipes/chat.yml" Name="Middle" />""");
        project.WriteModelProject("last/Last.proj", """<ModelMerge Include="recipes/last.yml" /><ProjectReference Include="../middle/Middle.proj;../other/Other.proj" />""");

        var build = project.Build("last").Failed();

        Assert.True(build.Says("Last.proj : error MK7010: Two models that this project references are named 'Middle'"), build.Output);
        Assert.True(build.Says(project.Path("middle/Middle.proj")) && build.Says(project.Path("other/Other.proj")), build.Output);
    }

    [Fact]
    public void An_application_gets_the_models_of_the_project_that_it_references_and_only_those()
    {
        using var project = Chain();
        project.WriteApplication("""<ProjectReference Include="../middle/Middle.proj" />""");
        project.Run("publish", "app", "-c", "Debug", "-o", "out").Succeeded();
        AssertCopies(project);

        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "reverser"));
        project.Build("app").Succeeded();
        project.Run("publish", "app", "-c", "Debug", "-o", "out", "--no-build").Succeeded();
        AssertCopies(project);

        project.WriteModelProject("middle/Middle.proj", """<ModelMerge Include="recipes/middle.yml" Name="new" /><ProjectReference Include="../Models.proj" />""");
        Assert.Equal(["new"], project.Build("app").Succeeded().Merged.Where(name => name != "App"));
        Assert.Empty(Directory.EnumerateFiles(project.Path("app/bin/Debug/net10.0/models/middle")));
        Assert.Equal(project.Contents("middle/bin/Debug/models/new"), project.Contents("app/bin/Debug/net10.0/models/new"));

        project.Run("clean", "app").Succeeded();
        Assert.DoesNotContain(project.Entries(), entry => entry.EndsWith("model.safetensors", StringComparison.Ordinal) && !entry.StartsWith("out", StringComparison.Ordinal));
    }

    [Fact]
    public void An_application_gets_the_models_of_a_library()
    {
        using var project = TestProject.OfApplication();
        var text = File.ReadAllText(project.Path("App.csproj")).Replace("<OutputType>Exe</OutputType>", "<EnableDefaultItems>false</EnableDefaultItems>", StringComparison.Ordinal);
        project.Write("App.csproj", text);
        project.WriteApplication("""<ProjectReference Include="../App.csproj" />""", "<AssemblyName>Top</AssemblyName>");

        project.Build("app").Succeeded();

        Assert.Equal(project.Contents("bin/Debug/net10.0/models/chat"), project.Contents("app/bin/Debug/net10.0/models/chat"));
    }

    [Fact]
    public void A_solution_of_models_and_applications_builds_in_parallel_to_the_same_bytes()
    {
        using var project = Chain();
        project.WriteModelProject("other/Other.csproj", """<ModelMerge Include="../recipes/chat.yml" Name="other" />""");
        project.WriteApplication("""<ProjectReference Include="../last/Last.proj;../other/Other.csproj" />""");
        project.Write("All.slnx", """
            <Solution>
              <Project Path="app/App.csproj" />
              <Project Path="last/Last.proj" Type="C#" />
              <Project Path="middle/Middle.proj" Type="C#" />
              <Project Path="Models.proj" Type="C#" />
              <Project Path="other/Other.csproj" />
            </Solution>
            """);

        Assert.Equal(["chat", "last", "math", "middle", "other"], project.Build("All.slnx", "-m:4").Succeeded().Merged.Order());
        var parallel = project.Contents("app/bin/Debug/net10.0/models/last");
        Assert.Equal(project.Contents("other/bin/Debug/models/other"), project.Contents("app/bin/Debug/net10.0/models/other"));
        Assert.Empty(project.Build("All.slnx", "-m:4").Succeeded().Merged);

        project.Build("All.slnx", "-t:Rebuild", "-m:1").Succeeded();
        Assert.Equal(parallel, project.Contents("app/bin/Debug/net10.0/models/last"));
    }

    /// <summary>Models.proj (chat, math), middle/Middle.proj over chat, last/Last.proj over middle.</summary>
    private static TestProject Chain()
    {
        var project = TestProject.OfModels(Chat + """<ModelMerge Include="recipes/math.yml" />""");
        project.WriteModelProject("middle/Middle.proj", """<ModelMerge Include="recipes/middle.yml" /><ProjectReference Include="../Models.proj" />""");
        project.Write("middle/recipes/middle.yml", Recipe.OfNamed("chat").Replace("../../", "../../../", StringComparison.Ordinal));
        project.WriteModelProject("last/Last.proj", """<ModelMerge Include="recipes/last.yml" /><ProjectReference Include="../middle/Middle.proj" />""");
        project.Write("last/recipes/last.yml", Recipe.OfNamed("middle").Replace("../../", "../../../", StringComparison.Ordinal));
        return project;
    }

    private static void AssertCopies(TestProject project)
    {
        var expected = project.Contents("middle/bin/Debug/models/middle");
        foreach (var folder in new[] { "app/bin/Debug/net10.0/models", "out/models" })
        {
            Assert.Equal(["middle"], Directory.EnumerateFileSystemEntries(project.Path(folder)).Select(Path.GetFileName));
            Assert.Equal(expected, project.Contents($"{folder}/middle"));
        }
    }
}
