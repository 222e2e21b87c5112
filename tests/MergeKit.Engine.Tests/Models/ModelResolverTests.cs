using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Hub;
using MergeKit.Engine.Models;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Models;

public sealed class ModelResolverTests : IDisposable
{
    private static readonly SourcePosition Position = new("recipe.yml", 3, 12);

    private readonly TemporaryFolder folder = new();
    private readonly ModelResolver resolver;

    public ModelResolverTests()
    {
        foreach (var name in new[] { "project/recipes/near", "project/near", "project/far", "project/recipes/org", "project/recipes/near-by", "elsewhere" })
        {
            Directory.CreateDirectory(folder[name]);
        }

        var named = new Dictionary<string, string> { ["team/base"] = folder["elsewhere"], ["near"] = "far", ["gone"] = folder["project/gone"] };
        resolver = new ModelResolver(folder["project/recipes"], folder["project"], named, ["first", "second"], new HubSettings(folder["hub"]));
    }

    [Theory]
    [InlineData("near-by", "project/recipes/near-by")]
    [InlineData("./near/", "project/recipes/near")]
    [InlineData("../near", "project/near")]
    [InlineData("far", "project/far")]
    public void A_relative_path_starts_at_the_recipe_then_at_the_project(string path, string expected) =>
        Assert.Equal(folder[expected], resolver.Resolve(path, Position));

    [Theory]
    [InlineData("team/base", "elsewhere")]
    [InlineData("near", "project/far")]
    public void A_named_model_comes_before_paths_and_is_relative_to_the_project(string name, string expected) =>
        Assert.Equal(folder[expected], resolver.Resolve(name, Position));

    [Theory]
    [InlineData("secnod", " Did you mean 'second'?")]
    [InlineData("team/bsae", " Did you mean 'team/base'?")]
    [InlineData("gone", "")]
    [InlineData("third", " Models by name: gone, near, team/base.")]
    [InlineData("../third", "")]
    public void A_missing_model_that_is_called_almost_like_a_stage_or_a_named_one_gets_a_suggestion(string path, string suggestion)
    {
        var message = MergeErrors.Single(DiagnosticCode.ModelNotFound, () => resolver.Resolve(path, Position));
        Assert.EndsWith($"then at the project's).{suggestion}", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absolute_path_is_taken_as_it_is() =>
        Assert.Equal(folder["project/far"], resolver.Resolve(folder["project/far"], Position));

    [Theory]
    [InlineData("~")]
    [InlineData("~/")]
    [InlineData("~/.")]
    public void A_tilde_is_the_home_of_the_user(string path) =>
        Assert.Equal(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), resolver.Resolve(path, Position));

    [Fact]
    public void A_missing_model_is_reported_with_every_place_and_the_position()
    {
        var error = Assert.Single(Assert.Throws<MergeException>(() => resolver.Resolve("./none", Position)).Diagnostics);
        Assert.Equal("MK2001", error.Id);
        Assert.Equal(Position, error.Position);
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
        MergeErrors.Single(isOnHub ? DiagnosticCode.HubModelNotCached : DiagnosticCode.ModelNotFound, () => resolver.Resolve(path, Position));

    [Fact]
    public void An_address_of_the_hub_gets_advice() =>
        Assert.EndsWith("RestoreModels downloads them.", MergeErrors.Single(DiagnosticCode.ModelNotFound, () => resolver.Resolve("hf://org/name", Position)), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public void What_is_no_path_is_not_found(string path) =>
        MergeErrors.Single(DiagnosticCode.ModelNotFound, () => resolver.Resolve(path, Position));

    [Fact]
    public void A_file_is_not_a_model()
    {
        var file = folder.Write("project/far/model.safetensors", "x");
        var message = MergeErrors.Single(DiagnosticCode.ModelIsFile, () => resolver.Resolve("far/model.safetensors", Position));
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains($"'{folder["project/far"]}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GGUF_file_is_refused_as_what_it_is()
    {
        folder.Write("project/far/m.Q4_0.gguf", "GGUF");
        var message = MergeErrors.Single(DiagnosticCode.WeightsAreGguf, () => resolver.Resolve("far/m.Q4_0.gguf", Position));
        Assert.Contains("m.Q4_0.gguf", message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
