using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Which document of a recipe is the final merge, and which stages are made in which order.</summary>
public sealed class StageOrderTests : IDisposable
{
    private readonly MergeFolder folder = new MergeFolder().Add("base", TinyModel.Llama());

    [Fact]
    public void The_final_merge_is_the_document_without_a_name()
    {
        using var plan = folder.Plan(Recipe(("", "a"), ("a", "./base")));
        Assert.Equal(["a"], Stages(plan));
        Assert.Equal("chat-math", plan.Request.Name);
    }

    [Fact]
    public void The_final_merge_is_the_last_document_if_all_have_names()
    {
        using var plan = folder.Plan(Recipe(("a", "./base"), ("b", "a")));
        Assert.Equal(["a"], Stages(plan));
        Assert.Equal("b", plan.Recipe.Name!.Value.Value);
    }

    [Fact]
    public void A_single_document_is_the_final_merge_whatever_its_name_and_may_use_a_folder_of_that_name()
    {
        using var plan = folder.Plan(Recipe(("base", "base")));
        Assert.Empty(plan.Stages);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void Stages_are_made_after_those_that_they_need_wherever_they_stand_and_each_once()
    {
        using var plan = folder.Plan(Recipe(("top", "left right"), ("right", "root"), ("", "top right"), ("left", "root"), ("root", "./base")));
        Assert.Equal(["root", "left", "right", "top"], Stages(plan));
    }

    [Fact]
    public void A_ladder_of_stages_is_planned_in_a_moment()
    {
        var stages = Enumerable.Range(1, 60).Select(i => ($"s{i}", $"s{i - 1} s{i - 1}@again")).Prepend(("s0", "./base")).Append(("", "s60")).ToArray();
        using var plan = folder.Plan(Recipe(stages));
        Assert.Equal(61, plan.Stages.Count);
    }

    [Theory]
    [InlineData("a → a", 4, "a:a", ":a")]
    [InlineData("a → b → a", 9, "a:b", "b:a", ":a")]
    [InlineData("b → c → b", 14, "a:b", "b:c", "c:b", ":a")]
    [InlineData("b → a → b", 4, "a:b", "b:a")]
    [InlineData("lost → lost", 4, "lost:lost", ":./base")]
    public void A_cycle_is_shown_at_the_reference_that_closes_it(string cycle, int line, params string[] stages)
    {
        var recipe = Recipe([.. stages.Select(stage => (stage.Split(':')[0], stage.Split(':')[1]))]);
        var error = Assert.Single(Assert.Throws<MergeException>(() => folder.Plan(recipe)).Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal((DiagnosticCode.StageCycle, line), (error.Code, error.Position?.Line));
        Assert.Contains($": {cycle}. ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_cycle_is_abbreviated()
    {
        var recipe = Recipe([.. Enumerable.Range(0, 200).Select(i => ($"stage{i}", $"stage{(i + 1) % 200}"))]);
        var message = MergeErrors.Single(DiagnosticCode.StageCycle, () => folder.Plan(recipe));
        Assert.Contains("stage7 → stage8 → ... → stage199. ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_document_without_a_name_but_the_first_is_an_error()
    {
        var errors = Assert.Throws<MergeException>(() => folder.Plan(Recipe(("", "./base"), ("", "./base"), ("", "./base")))).Diagnostics;
        Assert.Equal([(DiagnosticCode.SeveralFinalMerges, 7), (DiagnosticCode.SeveralFinalMerges, 12)], errors.Select(error => (error.Code, error.Position!.Value.Line)));
    }

    [Fact]
    public void A_stage_that_nothing_needs_is_a_warning_and_its_models_are_not_looked_for()
    {
        using var plan = folder.Plan(Recipe(("lost", "./nowhere"), ("loster", "lost"), ("", "./base")));
        Assert.Empty(plan.Stages);
        Assert.Equal([(DiagnosticCode.StageNotUsed, 1), (DiagnosticCode.StageNotUsed, 6)], plan.Warnings.Select(warning => (warning.Code, warning.Position!.Value.Line)));
    }

    [Fact]
    public void More_documents_than_anybody_writes_are_an_error()
    {
        var recipe = Recipe([.. Enumerable.Range(0, 257).Select(i => ($"stage{i}", "./base"))]);
        MergeErrors.Single(DiagnosticCode.RecipeTooLarge, () => folder.Plan(recipe));
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Documents of five lines (with one model): a name, or none if it is empty, and models divided by spaces.</summary>
    private static string Recipe(params (string Name, string Models)[] documents) => string.Join("---\n", documents.Select(document =>
        $"{(document.Name.Length > 0 ? $"name: {document.Name}" : "# final")}\nmerge_method: linear\nmodels:\n{string.Concat(document.Models.Split(' ').Select(model => $"  - {{model: {model}, parameters: {{weight: 1}}}}\n"))}"));

    private static IEnumerable<string> Stages(MergePlan plan) => plan.Stages.Select(stage => stage.Request.Name);
}
