using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

/// <summary>Packages of models as inputs, which NuGet restores.</summary>
public class ModelPackageTests
{
    [Fact]
    public void A_model_package_is_restored_by_NuGet_and_its_model_used_by_name()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/base-chat.yml" />""", "<PackageId>Contoso.Chat.Base</PackageId>");
        project.WriteFeed();
        project.Write("recipes/base-chat.yml", Recipe.Linear("adder", "sorter"));
        project.Run("pack", "-o", "feed", "-p:Version=1.2.0").Succeeded();
        project.Write("stage/stage.yml", Recipe.OfNamed("base-chat"));

        project.WriteModelProject(
            "stage/Stage.proj",
            """<ModelMerge Include="stage.yml" /><ModelPackage Include="Contoso.Chat.Base" Version="1.2.0" />""",
            "<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>");
        Assert.Equal(["stage"], project.Build("stage").Succeeded().Merged);
        var lockFile = File.ReadAllText(project.Path("stage/packages.lock.json"));
        Assert.Contains("Contoso.Chat.Base", lockFile, StringComparison.Ordinal);
        Assert.Contains("\"resolved\": \"1.2.0\"", lockFile, StringComparison.Ordinal);
        Assert.False(Directory.Exists(project.Path("stage/bin/Debug/models/base-chat")));
        Assert.Contains(
            "\"package\": \"pkg:nuget/Contoso.Chat.Base@1.2.0\"", File.ReadAllText(project.Path("stage/bin/Debug/models/stage/provenance.intoto.json")), StringComparison.Ordinal);

        // With versions in one place, and locked.
        project.Write("stage/Directory.Packages.props", """
            <Project>
              <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
              <ItemGroup><PackageVersion Include="Contoso.Chat.Base" Version="1.2.0" /></ItemGroup>
            </Project>
            """);
        project.WriteModelProject(
            "stage/Stage.proj", """<ModelMerge Include="stage.yml" /><ModelPackage Include="Contoso.Chat.Base" />""",
            "<RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>");
        Assert.Empty(project.Build("stage").Succeeded().Merged);
        Assert.Empty(project.Build("stage", "-p:RestoreLockedMode=true").Succeeded().Merged);

        // By the package's name, which is not the model's.
        project.Write("stage/stage.yml", Recipe.OfNamed("Contoso.Chat.Base"));
        var build = project.Build("stage").Failed();
        Assert.True(build.Says("error MK2001: Model 'Contoso.Chat.Base' was not found") && build.Says("Models by name: base-chat."), build.Output);
    }

    [Fact]
    public void In_a_project_of_another_SDK_it_is_an_error_that_names_what_works()
    {
        using var project = TestProject.OfApplication();
        project.Write("Directory.Build.targets", """<Project><ItemGroup><ModelPackage Include="Contoso.Chat.Base" Version="1.2.0" /></ItemGroup></Project>""");
        var build = project.Build().Failed();
        Assert.True(build.Says("error MK7012: Model package 'Contoso.Chat.Base' was not restored"), build.Output);
    }
}
