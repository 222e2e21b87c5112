using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class CleanTests
{
    [Fact]
    public void Clean_removes_what_the_build_made()
    {
        using var project = TestProject.OfModels(
            """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" OutputDirectory="elsewhere" />""");
        project.Build().Succeeded();
        Assert.True(project.Has("elsewhere/math/config.json"));

        project.Run("clean").Succeeded();

        Assert.DoesNotContain(project.Entries(), entry => entry.Contains("models", StringComparison.Ordinal) || entry.Contains("elsewhere/", StringComparison.Ordinal));
    }

    [Fact]
    public void Clean_leaves_files_that_others_put_into_the_folder()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        project.Write("bin/Debug/models/chat/notes.txt", "mine");
        project.Write("bin/Debug/models/other/config.json", "{}");

        project.Run("clean").Succeeded();

        Assert.Equal(
            ["bin/Debug/models/chat/notes.txt", "bin/Debug/models/other/config.json"],
            project.Entries().Where(entry => entry.StartsWith("bin/", StringComparison.Ordinal) && File.Exists(project.Path(entry))));
    }

    [Fact]
    public void Cleaning_an_application_removes_its_models()
    {
        using var project = TestProject.OfApplication();
        project.Build().Succeeded();

        project.Run("clean").Succeeded();

        Assert.DoesNotContain(project.Entries(), entry => entry.Contains("models", StringComparison.Ordinal));
    }
}
