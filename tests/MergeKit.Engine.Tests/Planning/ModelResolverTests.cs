using System.Text.Json;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Which folder a model's path in a recipe means, as plans tell.</summary>
public sealed class ModelResolverTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ModelResolverTests()
    {
        foreach (var name in new[] { "project/recipes/near", "project/near", "project/far", "project/recipes/org", "project/recipes/near-by", "elsewhere" })
        {
            TinyModel.Llama(layers: 1).Write(folder[name]);
        }
    }

    [Theory]
    [InlineData("near-by", "project/recipes/near-by")]
    [InlineData("./near/", "project/recipes/near")]
    [InlineData("../near", "project/near")]
    [InlineData("far", "project/far")]
    public void A_relative_path_starts_at_the_recipe_then_at_the_project(string path, string expected) =>
        Assert.Equal(folder[expected], Resolve(path));

    [Theory]
    [InlineData("team/base", "elsewhere")]
    [InlineData("near", "project/far")]
    public void A_named_model_comes_before_paths_and_is_relative_to_the_project(string name, string expected) =>
        Assert.Equal(folder[expected], Resolve(name));

    [Theory]
    [InlineData("secnod", " Did you mean 'second'?")]
    [InlineData("team/bsae", " Did you mean 'team/base'?")]
    [InlineData("gone", "")]
    [InlineData("third", " Models by name: gone, near, team/base.")]
    [InlineData("../third", "")]
    public void A_missing_model_that_is_called_almost_like_a_stage_or_a_named_one_gets_a_suggestion(string path, string suggestion) =>
        Assert.EndsWith($"then at the project's).{suggestion}", Fails(DiagnosticCode.ModelNotFound, path).Message, StringComparison.Ordinal);

    [Fact]
    public void An_absolute_path_is_taken_as_it_is() =>
        Assert.Equal(folder["project/far"], Resolve(folder["project/far"]));

    [Theory]
    [InlineData("~")]
    [InlineData("~/")]
    [InlineData("~/.")]
    public void A_tilde_is_the_home_of_the_user(string path)
    {
        var config = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "config.json");
        Assert.Contains($"'{config}'", Fails(DiagnosticCode.ModelConfigMissing, path).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_is_reported_with_every_place_and_the_position()
    {
        var error = Fails(DiagnosticCode.ModelNotFound, "./none");
        Assert.Equal(("MK2001", new SourcePosition(folder["project/recipes/chat.yml"], 3, 12)), (error.Id, error.Position));
        Assert.Contains($"'{folder["project/recipes/none"]}', '{folder["project/none"]}'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hub", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mistralai/Mistral-7B-v0.1", true)]
    [InlineData("./org/name", false)]
    [InlineData("../name", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a/..b", false)]
    [InlineData("a--b/c", false)]
    [InlineData("a/b?c", false)]
    [InlineData("name", false)]
    public void A_name_of_the_hub_is_looked_for_in_the_cache(string path, bool isOnHub) =>
        Fails(isOnHub ? DiagnosticCode.HubModelNotCached : DiagnosticCode.ModelNotFound, path);

    [Fact]
    public void An_address_of_the_hub_gets_advice() =>
        Assert.EndsWith("RestoreModels downloads them.", Fails(DiagnosticCode.ModelNotFound, "hf://org/name").Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_path_is_not_found() => Fails(DiagnosticCode.ModelNotFound, "a\0b");

    [Fact]
    public void A_file_is_not_a_model()
    {
        var message = Fails(DiagnosticCode.ModelIsFile, "far/model.safetensors").Message;
        Assert.Contains(folder["project/far/model.safetensors"], message, StringComparison.Ordinal);
        Assert.Contains($"'{folder["project/far"]}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GGUF_file_is_refused_as_what_it_is()
    {
        folder.Write("project/far/m.Q4_0.gguf", "GGUF");
        Assert.Contains("m.Q4_0.gguf", Fails(DiagnosticCode.WeightsAreGguf, "far/m.Q4_0.gguf").Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Resolve(string path)
    {
        using var plan = Merger.Plan(Request(path));
        return Path.GetDirectoryName(plan.InputFiles.Single(file => Path.GetFileName(file) == "config.json"))!;
    }

    private Diagnostic Fails(DiagnosticCode code, string path)
    {
        var error = Assert.Single(Assert.Throws<MergeException>(() => Merger.Plan(Request(path))).Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(code, error.Code);
        return error;
    }

    private MergeRequest Request(string path) => new()
    {
        Name = "chat",
        RecipePath = folder["project/recipes/chat.yml"],
        RecipeText = $"""
            merge_method: linear
            models:
              - model: {JsonSerializer.Serialize(path)}
                parameters: {JsonSerializer.Serialize(new { weight = 1 })}
            ---
            name: second
            merge_method: linear
            models: [{JsonSerializer.Serialize(new { model = "far", parameters = new { weight = 1 } })}]
            """,
        ProjectDirectory = folder["project"],
        OutputDirectory = folder["out"],
        StateDirectory = folder["state"],
        NamedModels = new Dictionary<string, string> { ["team/base"] = folder["elsewhere"], ["near"] = "far", ["gone"] = folder["project/gone"] },
        Hub = new HubSettings(folder["hub"]),
    };
}
