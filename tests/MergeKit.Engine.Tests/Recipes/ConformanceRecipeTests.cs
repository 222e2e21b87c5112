using System.Text.Json;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

public sealed class ConformanceRecipeTests
{
    public static TheoryData<string> AcceptedCases() => [.. Directory.GetDirectories(Repository.Cases).Where(IsAccepted).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory]
    [MemberData(nameof(AcceptedCases))]
    public void Recipes_that_mergekit_accepts_are_read_without_diagnostics(string name)
    {
        var bag = new DiagnosticBag();
        var recipes = RecipeReader.Read(ConfigOf(name), bag);
        Assert.NotEmpty(recipes);
        Assert.Empty(bag.Diagnostics);
    }

    [Theory]
    [InlineData("error-bad-yaml", 4, 4, DiagnosticCode.RecipeSyntax)]
    [InlineData("error-bad-dtype", 4, 8, DiagnosticCode.UnknownDType)]
    [InlineData("error-models-and-slices", 5, 1, DiagnosticCode.InputsNotOne)]
    [InlineData("error-no-inputs", 1, 1, DiagnosticCode.InputsNotOne)]
    [InlineData("error-no-merge-method", 1, 1, DiagnosticCode.MissingKey)]
    [InlineData("error-empty-gradient", 7, 6, DiagnosticCode.EmptyList)]
    [InlineData("error-tokenizer-source-and-block", 5, 1, DiagnosticCode.TokenizerGivenTwice)]
    public void Recipes_with_wrong_grammar_are_rejected_at_the_place_to_blame(string name, int line, int column, DiagnosticCode code)
    {
        var bag = new DiagnosticBag();
        var error = Assert.Single(Assert.Throws<MergeException>(() => RecipeReader.Read(ConfigOf(name), bag)).Diagnostics);
        Assert.Equal((code, new SourcePosition(ConfigOf(name), line, column)), (error.Code, error.Position!.Value));
        Assert.Equal(bag.Diagnostics, [error]);
    }

    [Fact]
    public void Recipes_that_fail_only_in_later_stages_or_only_in_mergekit_are_read()
    {
        string[] names = ["error-conditional-without-list", "error-token-zero-kind", "error-multi-circular", "error-unknown-method"];
        Assert.All(names, name => Assert.NotEmpty(RecipeReader.Read(ConfigOf(name), new DiagnosticBag())));
    }

    private static string ConfigOf(string name) => Path.Combine(Repository.Cases, name, "config.yml");

    private static bool IsAccepted(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json")));
        var tool = json.RootElement.GetProperty("tool").GetString();
        var fails = json.RootElement.TryGetProperty("expect_error", out var expected) && expected.GetBoolean();
        return tool is "mergekit-yaml" or "mergekit-multi" && !fails;
    }
}
