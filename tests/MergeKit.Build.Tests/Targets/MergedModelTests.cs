using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class MergedModelTests
{
    private const string Both = """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""";

    [Fact]
    public void The_items_tell_path_name_method_fingerprint_size_and_version()
    {
        using var project = TestProject.OfModels(Both, "<Version>1.2.0</Version>");

        var fresh = project.MergedModels("-t:Build");
        var upToDate = project.MergedModels("-t:Build");
        var evaluated = project.MergedModels();

        foreach (var models in new[] { fresh, upToDate, evaluated })
        {
            Assert.Equal(["chat", "math"], models.Select(model => model["Name"]));
            Assert.Equal([project.Path("bin/Debug/models/chat"), project.Path("bin/Debug/models/math")], models.Select(model => model["Identity"]));
            Assert.All(models, model => Assert.Equal("linear", model["Method"]));
            Assert.All(models, model => Assert.Matches("^[0-9a-f]{64}$", model["Fingerprint"]));
            Assert.All(models, model => Assert.True(long.Parse(model["TotalBytes"]) > 0 && long.Parse(model["Parameters"]) > 0));
            Assert.All(models, model => Assert.Equal("1.2.0", model["Version"]));
            Assert.Equal(fresh.Select(model => model["Fingerprint"]), models.Select(model => model["Fingerprint"]));
        }
    }

    [Fact]
    public void The_items_follow_a_new_merge()
    {
        using var project = TestProject.OfModels(Both);
        var before = project.MergedModels("-t:Build");

        project.WriteModels(Both.Replace("math.yml\"", "math.yml\" OutputDirectory=\"elsewhere\"", StringComparison.Ordinal));
        var after = project.MergedModels("-t:MergeModels");

        Assert.Equal(2, after.Count);
        Assert.Equal(before[0]["Identity"], after.Single(model => model["Name"] == "chat")["Identity"]);
        Assert.Equal(project.Path("elsewhere/math"), after.Single(model => model["Name"] == "math")["Identity"]);
    }

    [Fact]
    public void Before_the_first_build_and_after_clean_there_are_none()
    {
        using var project = TestProject.OfModels(Both);
        Assert.Empty(project.MergedModels());
        project.Build().Succeeded();

        project.Run("clean").Succeeded();

        Assert.Empty(project.MergedModels());
    }
}
