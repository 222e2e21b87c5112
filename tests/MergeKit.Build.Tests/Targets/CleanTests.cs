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
    public void Cleaning_a_copied_project_leaves_the_models_of_the_original()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        using var copy = project.Copy();

        copy.Run("clean").Succeeded();
        Assert.True(project.Has("bin/Debug/models/chat/model.safetensors"));
        Assert.Equal(["chat"], copy.Build().Succeeded().Merged);
        copy.Run("clean").Succeeded();

        Assert.False(copy.Has("bin/Debug/models/chat/model.safetensors"));
        Assert.True(project.Has("bin/Debug/models/chat/model.safetensors"));
    }

    [Fact]
    public void Clean_removes_what_a_killed_merge_left_but_not_what_a_running_one_writes()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Write("bin/Debug/models/.chat.lock", "");
        project.Write("bin/Debug/models/.chat.partial/model.safetensors", "");
        project.Write("bin/Debug/models/.math.lock", "");
        project.Write("bin/Debug/models/.math.partial/model.safetensors", "");
        project.Run("restore").Succeeded();

        using (new FileStream(project.Path("bin/Debug/models/.chat.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            project.Run("clean").Succeeded();

        Assert.Equal([".chat.lock", ".chat.partial"], Directory.EnumerateFileSystemEntries(project.Path("bin/Debug/models")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

        project.Build().Succeeded();
        Assert.Equal(["chat"], Directory.EnumerateFileSystemEntries(project.Path("bin/Debug/models")).Select(Path.GetFileName));
    }

    [Fact]
    public void Clean_removes_what_a_killed_first_merge_left_in_a_folder_of_its_own()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" OutputDirectory="else where (1)" />""");
        project.Write("else where (1)/.chat.lock", "");
        project.Write("else where (1)/.chat.partial/model.safetensors", "");
        project.Write("else where (1)/.other.lock", "");
        project.Run("restore").Succeeded();

        project.Run("clean").Succeeded();

        Assert.Equal([".other.lock"], project.Contents("else where (1)").Keys);
    }

    [Fact]
    public void Clean_removes_a_record_that_was_not_finished()
    {
        using var project = TestProject.OfModels("""<ModelMerge Include="recipes/chat.yml" />""");
        project.Build().Succeeded();
        project.Write("obj/Debug/models/chat.props.tmp", "");

        project.Run("clean").Succeeded();

        Assert.False(Directory.Exists(project.Path("obj/Debug/models")));
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
