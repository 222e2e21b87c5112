using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Stages are made in the state folder before the final merge, which is what it would be with models in their place.</summary>
public sealed class StageTests : IDisposable
{
    private const string Diamond = """
        # The soup.
        name: root
        merge_method: linear
        models: [{model: ./base, parameters: {weight: 0.5}}, {model: ./math, parameters: {weight: 0.5}}]
        ---
        name: left
        merge_method: slerp
        base_model: root
        models: [{model: ./chat}]
        parameters: {t: 0.25}
        out_dtype: bfloat16
        ---
        name: right
        merge_method: passthrough
        slices: [{sources: [{model: root, layer_range: [0, 3]}]}, {sources: [{model: ./chat, layer_range: [3, 4]}]}]
        ---
        merge_method: ties
        base_model: root
        models: [{model: left, parameters: {weight: 0.5, density: 0.5}}, {model: right, parameters: {weight: 0.5, density: 0.5}}]

        """;

    private readonly MergeFolder folder = new MergeFolder()
        .Add("base", TinyModel.Llama().Fill(1)).Add("math", TinyModel.Llama().Fill(2)).Add("chat", TinyModel.Llama().Fill(3));

    [Fact]
    public void Stages_give_what_separate_merges_give()
    {
        folder.Merge(Diamond);
        var documents = Diamond.Split("---\n");
        foreach (var (document, name) in documents.Zip(["root", "left", "right", "final"]))
        {
            var request = folder.Request(document) with { OutputDirectory = folder[$"recipes/{name}"], StateDirectory = folder["other"], WriteModelCard = false };
            MergeWorkspace.Merge(request);
        }

        foreach (var name in new[] { "root", "left", "right" })
        {
            Assert.Equal(Weights(folder[$"recipes/{name}"]), Weights(Stage(name)));
            Assert.Equal(File.ReadAllText(folder[$"recipes/{name}/config.json"]), File.ReadAllText(Path.Combine(Stage(name), "config.json")));
        }

        Assert.Equal(Weights(folder["recipes/final"]), Weights(folder.Output));
    }

    [Fact]
    public void Merges_that_have_stages_in_common_make_them_one_after_the_other()
    {
        using var cancellation = new CancellationTokenSource();
        Directory.CreateDirectory(folder.Request(Diamond).StateDirectory);
        using var other = FolderLock.Take(Path.Combine(folder.Request(Diamond).StateDirectory, "stages.lock"), () => { }, CancellationToken.None);
        var request = folder.Request(Diamond) with { OutputDirectory = folder["elsewhere/chat-math"] };

        var watcher = new MergeWatcher { Wait = cancellation.Cancel };
        Assert.ThrowsAny<OperationCanceledException>(() => MergeWorkspace.Merge(request, watcher, cancellation.Token));

        Assert.Empty(watcher.Works);
    }

    [Fact]
    public void Threads_and_chunks_do_not_matter()
    {
        folder.Merge(Diamond);
        var expected = FolderContent.Of(folder.Output);
        var request = folder.Request(Diamond) with { OutputDirectory = folder["again/chat-math"], StateDirectory = folder["again/state"], Threads = 3, ChunkElements = 7 };
        MergeWorkspace.Merge(request);
        Assert.Equal(expected, FolderContent.Of(request.OutputDirectory));
    }

    [Fact]
    public void The_recipe_and_the_card_show_all_documents_and_a_stages_recipe_its_own()
    {
        folder.Merge(Diamond);
        Assert.Equal(Diamond, File.ReadAllText(Path.Combine(folder.Output, "mergekit_config.yml")));
        Assert.Contains($"```yaml\n{Diamond}```", File.ReadAllText(Path.Combine(folder.Output, "README.md")), StringComparison.Ordinal);
        Assert.StartsWith("name: left\n", File.ReadAllText(Path.Combine(Stage("left"), "mergekit_config.yml")), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Stage("left"), "README.md")));
    }

    [Fact]
    public void The_card_states_the_license_on_which_the_models_of_all_stages_agree()
    {
        foreach (var name in new[] { "base", "math", "chat" })
        {
            File.WriteAllText(folder[$"recipes/{name}/README.md"], "---\nlicense: mit\n---\n");
        }

        folder.Merge(Diamond);
        Assert.Contains("\nlicense: mit\n", File.ReadAllText(Path.Combine(folder.Output, "README.md")), StringComparison.Ordinal);
        File.WriteAllText(folder["recipes/math/README.md"], "---\nlicense: gpl-3.0\n---\n");
        folder.Merge(Diamond);
        Assert.DoesNotContain("license", File.ReadAllText(Path.Combine(folder.Output, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_beside_the_weights_go_from_the_first_model_through_the_stages()
    {
        File.WriteAllText(folder["recipes/base/tokenizer.json"], "{}");
        folder.Merge(Diamond);
        Assert.All([Stage("root"), Stage("left"), Stage("right"), folder.Output], model => Assert.Equal("{}", File.ReadAllText(Path.Combine(model, "tokenizer.json"))));
    }

    [Theory]
    [InlineData("chat-math")]
    [InlineData("../../../../x")]
    [InlineData("a/b")]
    [InlineData("CON")]
    [InlineData("/")]
    [InlineData("c:\\x")]
    [InlineData("a+b@c")]
    public void A_stage_may_have_any_name_and_stays_in_the_state_folder(string name)
    {
        folder.Merge($"name: '{name}'\nmerge_method: passthrough\nmodels: [{{model: ./base}}]\n---\nmerge_method: passthrough\nmodels: [{{model: {{model: {{path: '{name}'}}}}}}]");
        Assert.Equal(["output", "recipes", "state"], Directory.GetFileSystemEntries(folder[""]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var stage = Assert.Single(Directory.GetFileSystemEntries(folder["state/stages"]));
        Assert.Equal(Weights(Path.Combine(stage, "model")), Weights(folder.Output));
    }

    [Fact]
    public void Stages_whose_names_differ_in_case_only_do_not_meet()
    {
        folder.Merge("""
            name: stage
            merge_method: passthrough
            models: [{model: ./base}]
            ---
            name: STAGE
            merge_method: passthrough
            models: [{model: ./math}]
            ---
            merge_method: passthrough
            slices: [{sources: [{model: STAGE, layer_range: [0, 2]}]}, {sources: [{model: stage, layer_range: [2, 4]}]}]
            """);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder["state/stages"]).Select(path => path.ToUpperInvariant()).Distinct().Count());
    }

    [Fact]
    public void Values_of_a_stage_that_are_not_finite_are_errors_of_the_merge()
    {
        var error = Assert.Throws<MergeException>(() => folder.Merge(
            "name: huge\nmerge_method: linear\nmodels: [{model: ./base, parameters: {weight: 1.0e38}}]\nparameters: {normalize: false}\nout_dtype: float16\n---\nmerge_method: passthrough\nmodels: [{model: huge}]"));
        Assert.All(error.Diagnostics, diagnostic => Assert.Equal(DiagnosticCode.NonFiniteOutput, diagnostic.Code));
        Assert.False(Directory.Exists(folder.Output));
    }

    public void Dispose() => folder.Dispose();

    private string Stage(string name) => folder[$"state/stages/{name}/model"];

    private static byte[] Weights(string model) => File.ReadAllBytes(Path.Combine(model, "model.safetensors"));
}
