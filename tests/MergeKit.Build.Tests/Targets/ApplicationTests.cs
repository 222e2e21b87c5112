using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class ApplicationTests
{
    /// <summary>Two frameworks of which one has no reference assemblies on the machine: nothing is compiled.</summary>
    private const string WithoutReferences =
        "<TargetFrameworks>net10.0;net9.0</TargetFrameworks><DisableImplicitFrameworkReferences>true</DisableImplicitFrameworkReferences>"
        + "<SkipCompilerExecution>true</SkipCompilerExecution><SkipCopyBuildProduct>true</SkipCopyBuildProduct><ProduceReferenceAssembly>false</ProduceReferenceAssembly>";

    [Fact]
    public void The_models_stand_beside_the_application_and_in_its_publish_folder()
    {
        using var project = TestProject.OfApplication();

        project.Build().Succeeded();
        Assert.Contains("model found", project.Run("bin/Debug/net10.0/App.dll").Succeeded().Output, StringComparison.Ordinal);

        project.Run("publish", "-c", "Debug", "--no-build", "-o", "out").Succeeded();
        Assert.Contains("model found", project.Run("out/App.dll").Succeeded().Output, StringComparison.Ordinal);
        Assert.False(project.Has("out/MergeKit.Build.dll"));
    }

    [Fact]
    public void A_merge_does_not_make_the_compiler_run_again()
    {
        using var project = TestProject.OfApplication();
        project.Build().Succeeded();

        project.Write("recipes/chat.yml", Recipe.Linear("sorter", "adder"));
        Assert.Equal(["chat"], project.Build().Succeeded().Merged);

        Assert.True(project.Build("-v:n").Succeeded().Says("Skipping target \"CoreCompile\""));
    }

    [Fact]
    public void Target_frameworks_may_share_a_folder_of_models()
    {
        using var project = TestProject.OfApplication();
        File.Delete(project.Path("Program.cs"));
        var text = File.ReadAllText(project.Path("App.csproj"))
            .Replace("<OutputType>Exe</OutputType>", "<ModelMergeOutputDirectory>shared</ModelMergeOutputDirectory>", StringComparison.Ordinal)
            .Replace("<TargetFramework>net10.0</TargetFramework>", WithoutReferences, StringComparison.Ordinal);
        project.Write("App.csproj", text);

        Assert.Equal(["chat", "chat"], project.Build().Succeeded().Merged);

        // The last of them has put the model in its place once more, which the others look at once.
        Assert.All(project.Build().Succeeded().Work, work => Assert.Equal(0, work.Computed));
        Assert.Empty(project.Build().Succeeded().Merged);
        Assert.True(project.Build("-t:ValidateModelMerges").Succeeded().Says("chat: valid"));
        Assert.True(project.Build("-t:PlanModelMerges").Succeeded().Says("chat is up to date"));
    }

    [Fact]
    public void Nothing_is_merged_when_the_code_does_not_compile()
    {
        using var project = TestProject.OfApplication();
        project.Write("Program.cs", "this is not C#");

        Assert.Empty(project.Build().Failed().Merged);
    }
}
