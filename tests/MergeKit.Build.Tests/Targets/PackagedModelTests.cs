using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class PackagedModelTests
{
    private const string OddName = "a 'b' (ü) & 100% $c.json";

    [Fact]
    public void An_application_finds_the_model_of_the_package_and_every_version_reaches_its_folders()
    {
        using var project = Packages("Chat.App", "<ModelMerge Include='recipes/chat.yml' Name=\"a 'b' (ü) &amp; 100% $c.json\" />");
        var first = project.Contents($"bin/Release/models/{OddName}");
        Pack(project, "2.0.0", Recipe.Linear("sorter", "reverser"));
        var second = project.Contents($"bin/Release/models/{OddName}");
        Assert.NotEqual(first["model.safetensors"], second["model.safetensors"]);

        Use(project, "1.0.0");
        project.Run("publish", "app", "-o", "out").Succeeded();
        var folder = project.Run("out/App.dll").Succeeded().Output.Split('\n').Single(line => line.StartsWith("Model=", StringComparison.Ordinal))[6..].Trim();
        Assert.Equal(first, project.Contents(folder));
        AssertCopies(project, first);

        // Weights of both versions have one size. Files with one time, as in packages of a fixed time, must not hide the difference.
        Use(project, "2.0.0");
        project.Run("restore", "app").Succeeded();
        foreach (var file in Directory.EnumerateFiles(folder.Replace("1.0.0", "2.0.0", StringComparison.Ordinal)))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(Path.Combine(folder, Path.GetFileName(file))));
        project.Run("publish", "app", "-o", "out").Succeeded();
        AssertCopies(project, second);

        Use(project, "1.0.0");
        project.Run("publish", "app", "-o", "out").Succeeded();
        AssertCopies(project, first);
    }

    [Fact]
    public void Copies_are_made_when_they_are_missing_and_go_with_the_reference()
    {
        using var project = Packages("Chat.Copies", """<ModelMerge Include="recipes/chat.yml" />""");
        Use(project, "1.0.0");
        project.Build("app").Succeeded();
        Assert.True(project.Build("app", "-v:n").Succeeded().Says("Skipping target \"_CopyModels_Chat_Copies"));

        project.Delete("app/bin/Debug/net10.0/models/chat/config.json");
        project.Build("app").Succeeded();
        Assert.True(project.Has("app/bin/Debug/net10.0/models/chat/config.json"));

        project.WriteApplication("");
        project.Build("app").Succeeded();
        Assert.Empty(Directory.EnumerateFiles(project.Path("app/bin/Debug/net10.0/models/chat")));

        project.WriteApplication("""<PackageReference Include="Chat.Copies" Version="1.0.0" />""", "<CopyPackagedModels>false</CopyPackagedModels>");
        project.Run("publish", "app", "-c", "Debug", "-o", "out").Succeeded();
        Assert.DoesNotContain(project.Entries(), entry => entry.EndsWith("chat/config.json", StringComparison.Ordinal) && !entry.StartsWith("bin", StringComparison.Ordinal));

        Use(project, "1.0.0");
        project.Build("app").Succeeded();
        project.Run("clean", "app").Succeeded();
        Assert.DoesNotContain(project.Entries(), entry => entry.StartsWith("app/", StringComparison.Ordinal) && entry.EndsWith(".safetensors", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recipe_uses_the_model_of_a_package_by_name()
    {
        using var project = Packages("Chat.Input", $"<ModelMerge Include='recipes/chat.yml' Name=\"{OddName.Replace("&", "&amp;", StringComparison.Ordinal)}\" />");
        Pack(project, "2.0.0", Recipe.Linear("sorter", "reverser"));
        project.WriteModelProject("stage/Stage.proj", """<ModelMerge Include="stage.yml" /><PackageReference Include="chat.input" Version="1.0.0" />""");
        project.Write("stage/stage.yml", Recipe.OfNamed(OddName));
        project.WriteApplication("""<ProjectReference Include="../stage/Stage.proj" />""");

        Assert.Equal(["stage"], project.Build("app").Succeeded().Merged);
        var first = project.Contents("stage/bin/Debug/models/stage");
        Assert.Equal(["stage"], Directory.EnumerateFileSystemEntries(project.Path("stage/bin/Debug/models")).Select(Path.GetFileName));
        Assert.Equal(["stage"], Directory.EnumerateFileSystemEntries(project.Path("app/bin/Debug/net10.0/models")).Select(Path.GetFileName));
        Assert.Empty(project.Build("app").Succeeded().Merged);

        project.WriteModelProject("stage/Stage.proj", """<ModelMerge Include="stage.yml" /><PackageReference Include="chat.input" Version="2.0.0" />""");
        Assert.True(project.Build("stage", "-t:PlanModelMerges").Succeeded().Says($"stage would be merged: its input {OddName} is another model than before"));
        Assert.Equal(["stage"], project.Build("app").Succeeded().Merged);
        Assert.NotEqual(first["model.safetensors"], project.Contents("stage/bin/Debug/models/stage")["model.safetensors"]);
    }

    [Fact]
    public void A_name_that_a_package_and_a_project_offer_is_an_error_that_names_both()
    {
        using var project = Packages("Chat.Twice", """<ModelMerge Include="recipes/chat.yml" />""");
        project.WriteModelProject("other/Other.proj", """<ModelMerge Include="../recipes/math.yml" Name="Chat" />""");
        project.WriteModelProject(
            "stage/Stage.proj",
            """<ModelMerge Include="stage.yml" /><PackageReference Include="Chat.Twice" Version="1.0.0" /><ProjectReference Include="../other/Other.proj" />""");
        project.Write("stage/stage.yml", Recipe.OfNamed("chat"));

        var build = project.Build("stage").Failed();

        Assert.True(build.Says("error MK7010: Two models that this project references are named 'Chat'"), build.Output);
        Assert.True(build.Says("one of Chat.Twice 1.0.0, the other of ") && build.Says(project.Path("other/Other.proj")), build.Output);
    }

    /// <summary>A model project whose version 1.0.0 is packed into a feed, and an application beside it.</summary>
    private static TestProject Packages(string id, string items)
    {
        var project = TestProject.OfModels(items, $"<PackageId>{id}</PackageId>");
        project.WriteFeed();
        Pack(project, "1.0.0", Recipe.Linear("adder", "sorter"));
        return project;
    }

    private static void Pack(TestProject project, string version, string recipe)
    {
        project.Write("recipes/chat.yml", recipe);
        project.Run("pack", "-o", "feed", $"-p:Version={version}").Succeeded();
    }

    private static void Use(TestProject project, string version)
    {
        var package = Path.GetFileName(Directory.EnumerateFiles(project.Path("feed"), "*.1.0.0.nupkg").Single())[..^".1.0.0.nupkg".Length];
        project.WriteApplication($"""<PackageReference Include="{package}" Version="{version}" /><AssemblyMetadata Include="Model" Value="@(PackagedModel)" />""");
    }

    private static void AssertCopies(TestProject project, IReadOnlyDictionary<string, string> expected)
    {
        Assert.Equal(expected, project.Contents($"app/bin/Release/net10.0/models/{OddName}"));
        Assert.Equal(expected, project.Contents($"out/models/{OddName}"));
    }
}
