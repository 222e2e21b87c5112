using MergeKit.Build.Tests.Projects;

namespace MergeKit.Build.Tests.Targets;

public class VerificationTests
{
    private const string Both = """<ModelMerge Include="recipes/chat.yml" /><ModelMerge Include="recipes/math.yml" />""";

    [Fact]
    public void Verification_tells_intact_models_from_damaged_ones_and_writes_nothing()
    {
        using var project = TestProject.OfModels(Both);
        Assert.Matches(@"chat: verified \(\d+ files, [\d.]+ [KM]B\)", project.Build("-t:Build;VerifyMergedModel").Succeeded().Output);
        var chat = project.Path("bin/Debug/models/chat");
        Flip(Path.Combine(chat, "model.safetensors"));
        File.Delete(Path.Combine(chat, "tokenizer.json"));
        project.Write("bin/Debug/models/chat/modeling.py", "");
        var before = (project.Entries(), project.Contents("bin/Debug/models/chat"), project.Contents("obj/Debug/models"));

        var result = project.Build("-t:VerifyMergedModel").Failed();

        Assert.True(result.Says($"{chat}/model.safetensors : error MK5023: "), result.Output);
        Assert.True(result.Says($"{chat}/tokenizer.json : error MK5022: "), result.Output);
        Assert.True(result.Says($"{chat}/modeling.py : error MK5024: "), result.Output);
        Assert.True(result.Says("math: verified ("), result.Output);
        Assert.False(result.Says("chat: verified"), result.Output);
        Assert.Equal(before.Item1, project.Entries());
        Assert.Equal(before.Item2, project.Contents("bin/Debug/models/chat"));
        Assert.Equal(before.Item3, project.Contents("obj/Debug/models"));
    }

    [Fact]
    public void A_model_that_is_not_built_in_its_place_cannot_be_verified()
    {
        using var project = TestProject.OfModels(Both);
        project.Run("restore").Succeeded();
        var before = project.Entries();

        var result = project.Build("-t:VerifyMergedModel").Failed();

        Assert.True(result.Says($"Models.proj(3,15): error MK5026: Model 'chat' is not built, so there is nothing to verify in {project.Path("bin/Debug/models/chat")}"), result.Output);
        Assert.True(result.Says("error MK5026: Model 'math' is not built"), result.Output);
        Assert.Equal(before, project.Entries());

        project.Build().Succeeded();
        project.WriteModels(Both.Replace("math.yml\"", "math.yml\" OutputDirectory=\"elsewhere\"", StringComparison.Ordinal));
        var moved = project.Build("-t:VerifyMergedModel").Failed();
        Assert.True(moved.Says("chat: verified ("), moved.Output);
        Assert.True(moved.Says($"error MK5026: Model 'math' is not built, so there is nothing to verify in {project.Path("elsewhere/math")}"), moved.Output);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
