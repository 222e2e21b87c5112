using System.IO.Compression;
using System.Xml.Linq;
using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class PackTests
{
    private const string Chat = """<ModelMerge Include="recipes/chat.yml" />""";

    [Fact]
    public void A_package_holds_models_and_props_and_says_what_the_project_says()
    {
        using var project = TestProject.OfModels(
            """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" Name="a 'b' (ü) &amp; 100% @c.json" /><None Include="About.md" Pack="true" PackagePath="/" />""",
            "<PackageId>My.Chat_Models-1</PackageId><Version>1.2.0</Version><PackageLicenseExpression>MIT</PackageLicenseExpression>"
            + "<PackageReadmeFile>About.md</PackageReadmeFile><Authors>Ada</Authors><Description>Two models.</Description>");
        project.Write("About.md", "# Models");

        Assert.False(project.Run("pack", "-o", "out").Succeeded().Says("warning"));

        var content = Read(project, "out/My.Chat_Models-1.1.2.0.nupkg");
        Assert.Equal(project.Contents("bin/Release/models/chat").Keys.Order(), FilesBelow(content, "models/chat/"));
        Assert.Equal(project.Contents("bin/Release/models/a 'b' (ü) & 100% @c.json").Keys.Order(), FilesBelow(content, "models/a 'b' (ü) & 100% @c.json/"));
        Assert.Equal(["My.Chat_Models-1.props", "My.Chat_Models-1.targets"], FilesBelow(content, "build/"));
        Assert.Equal(["My.Chat_Models-1.props", "My.Chat_Models-1.targets"], FilesBelow(content, "buildTransitive/"));
        Assert.DoesNotContain(content.Keys, file => file.StartsWith("lib/", StringComparison.Ordinal) || file.StartsWith("content", StringComparison.Ordinal));

        var metadata = XElement.Parse(content["My.Chat_Models-1.nuspec"]).Elements().Single().Elements().ToDictionary(element => element.Name.LocalName, element => element.Value);
        Assert.Equal(
            ("My.Chat_Models-1", "1.2.0", "MIT", "About.md", "Ada", "Two models."),
            (metadata["id"], metadata["version"], metadata["license"], metadata["readme"], metadata["authors"], metadata["description"]));
        Assert.DoesNotContain("dependencies", metadata.Keys);

        project.Run("clean", "-c", "Release").Succeeded();
        project.Run("pack", "-o", "again").Succeeded();
        Assert.Equal(File.ReadAllBytes(project.Path("out/My.Chat_Models-1.1.2.0.nupkg")), File.ReadAllBytes(project.Path("again/My.Chat_Models-1.1.2.0.nupkg")));

        project.Run("pack", "-o", "out", "--no-build", "-p:PackageVersion=2.0.0-beta").Succeeded();
        Assert.Contains("Version=\"2.0.0-beta\"", Read(project, "out/My.Chat_Models-1.2.0.0-beta.nupkg")["build/My.Chat_Models-1.props"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_of_models_that_are_not_made_is_refused()
    {
        using var project = TestProject.OfModels(Chat, "<PackageId>Unmade</PackageId>");
        project.Run("restore").Succeeded();

        Assert.True(project.Run("pack", "--no-build", "-o", "out").Failed().Says("error MK7011: Model 'chat' cannot be packed: "));

        project.Build("-c", "Release").Succeeded();
        project.Run("pack", "--no-build", "-o", "out").Succeeded();
        project.Delete("bin/Release/models/chat/config.json");
        Assert.True(project.Run("pack", "--no-build", "-o", "out").Failed().Says("error MK7011: Model 'chat' cannot be packed: "));
    }

    [Fact]
    public void Target_frameworks_pack_each_model_once()
    {
        using var project = TestProject.OfModels(
            """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" Condition="'$(TargetFramework)' == 'net9.0'" />""",
            "<TargetFrameworks>net10.0;net9.0</TargetFrameworks><PackageId>Several</PackageId><GeneratePackageOnBuild>true</GeneratePackageOnBuild>");

        Assert.Equal(["chat", "chat", "math"], project.Build().Succeeded().Merged);

        var content = Read(project, "bin/Debug/Several.1.0.0.nupkg");
        Assert.Contains("models/chat/model.safetensors", content.Keys);
        Assert.Contains("models/math/model.safetensors", content.Keys);
        Assert.Equal(2, XElement.Parse(content["build/Several.props"]).Descendants("PackagedModel").Count());
        Assert.Empty(project.Build().Succeeded().Merged);
    }

    private static Dictionary<string, string> Read(TestProject project, string package)
    {
        using var zip = ZipFile.OpenRead(project.Path(package));
        return zip.Entries.ToDictionary(entry => Uri.UnescapeDataString(entry.FullName), entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
    }

    private static IEnumerable<string> FilesBelow(Dictionary<string, string> content, string folder) =>
        content.Keys.Where(file => file.StartsWith(folder, StringComparison.Ordinal)).Select(file => file[folder.Length..]).Order();
}
