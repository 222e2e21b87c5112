using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A stage is made only when something is computed from it, and then only as far as it has changed.</summary>
public sealed class StageReuseTests : IDisposable
{
    private const string Recipe = """
        name: left
        merge_method: linear
        models: [{model: ./base, parameters: {weight: 0.5}}, {model: ./math, parameters: {weight: 0.5}}]
        ---
        name: right
        merge_method: linear
        models: [{model: ./base, parameters: {weight: 0.25}}, {model: ./chat, parameters: {weight: 0.75}}]
        ---
        merge_method: linear
        models: [{model: left, parameters: {weight: 0.3}}, {model: right, parameters: {weight: 0.7}}]

        """;

    private readonly MergeFolder folder = new MergeFolder()
        .Add("base", TinyModel.Llama().Fill(1)).Add("math", TinyModel.Llama().Fill(2)).Add("chat", TinyModel.Llama().Fill(3));

    public StageReuseTests() => FileStamps.Age(folder[""]);

    [Fact]
    public void Without_a_change_no_stage_is_looked_at()
    {
        Assert.Equal([("left", 11), ("right", 11), ("chat-math", 11)], Merge(Recipe));
        Assert.Equal([("chat-math", 0)], Merge(Recipe));
        Directory.Delete(folder["state/stages"], recursive: true);
        Assert.Equal([("chat-math", 0)], Merge(Recipe));
    }

    [Fact]
    public void A_changed_final_merge_uses_the_stages_as_they_are()
    {
        Merge(Recipe);
        var before = FileStamps.Of(folder["state/stages/left/model"]);
        Assert.Equal([("left", 0), ("right", 0), ("chat-math", 11)], Merge(Recipe.Replace("0.3", "0.4", StringComparison.Ordinal)));
        Assert.Equal(before, FileStamps.Of(folder["state/stages/left/model"]));
    }

    [Fact]
    public void A_changed_stage_is_made_anew_and_the_others_are_not()
    {
        Merge(Recipe);
        Assert.Equal([("left", 0), ("right", 11), ("chat-math", 11)], Merge(Recipe.Replace("0.25", "0.2", StringComparison.Ordinal)));
        var filtered = Recipe.Replace("0.25", "[{filter: layers.2.mlp, value: 0.2}, {value: 0.25}]", StringComparison.Ordinal);
        Merge(Recipe);
        Assert.Equal([("left", 0), ("right", 1), ("chat-math", 1)], Merge(filtered));
    }

    [Fact]
    public void A_damaged_stage_is_mended_when_it_is_needed()
    {
        Merge(Recipe);
        FileStamps.Edit(folder["state/stages/left/model/model.safetensors"], bytes => bytes[^1] ^= 1);
        Assert.Equal([("chat-math", 0)], Merge(Recipe));
        Assert.Equal([("left", 11), ("right", 0), ("chat-math", 11)], Merge(Recipe.Replace("0.3", "0.4", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_stages_change_is_the_reason_of_what_is_computed_from_it()
    {
        Merge(Recipe);
        var works = CleanMerge.Works(folder.Request(Recipe.Replace("0.25", "0.2", StringComparison.Ordinal)));
        Assert.Equal(["", "weight of ./base 0.25 → 0.2", "content of right changed"], works.Select(work => work.Reason));
    }

    [Fact]
    public void A_preview_of_inputs_that_were_never_read_does_not_spoil_the_plan()
    {
        foreach (var model in new[] { "base", "math", "chat" })
        {
            File.SetLastWriteTimeUtc(folder[$"recipes/{model}/model.safetensors"], DateTime.UtcNow);
        }

        using var plan = folder.Plan(Recipe);
        Assert.Equal(33, Merger.Preview(plan).Sum(work => work.TensorsToCompute));
        Merger.Execute(plan);
        Assert.Equal(CleanMerge.Of(folder.Request(Recipe)), FolderContent.Of(folder.Output));
        Assert.Equal([("chat-math", 0)], Merge(Recipe));
    }

    public void Dispose() => folder.Dispose();

    private IEnumerable<(string Name, int Computed)> Merge(string recipe) =>
        CleanMerge.Works(folder.Request(recipe)).Select(work => (work.Name, work.TensorsToCompute));
}
