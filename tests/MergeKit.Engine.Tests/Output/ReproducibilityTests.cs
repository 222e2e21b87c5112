using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Every file of a model is the same wherever, however and however often it is made.</summary>
public sealed class ReproducibilityTests : IDisposable
{
    private readonly MergeWorkspace here = new();
    private readonly MergeWorkspace there = new();

    [Theory]
    [InlineData("merge_method: linear\nmodels: [{ model: a, parameters: { weight: 0.6 } }, { model: b, parameters: { weight: 0.4 } }]\n")]
    [InlineData("merge_method: dare_ties\nbase_model: a\nmodels: [{ model: b, parameters: { weight: 0.5, density: 0.5 } }]\nout_dtype: bfloat16\n")]
    [InlineData("merge_method: slerp\nbase_model: a\nmodels: [{ model: b }]\nparameters: { t: [0, 1, 0.5] }\n")]
    [InlineData("name: s\nmerge_method: ties\nbase_model: a\nmodels: [{ model: b, parameters: { weight: 1, density: 0.3 } }]\n---\nmerge_method: linear\nmodels: [{ model: s, parameters: { weight: 1 } }, { model: b, parameters: { weight: 1 } }]\n")]
    public void Every_file_is_the_same_in_other_folders_with_other_threads_with_and_without_cache(string recipe)
    {
        var expected = Merge(here, recipe, request => request with { Threads = 1 });
        Assert.Equal(expected, Merge(there, recipe, request => request with { Threads = 3, ChunkElements = 7 }));
        Assert.Equal(expected, Merge(there, recipe, request => request with { CacheDirectory = here["cache"], OutputDirectory = there["deeper/in/there"], StateDirectory = there["s"] }));
        Assert.Equal(expected, Merge(here, recipe, request => request with { CacheDirectory = here["cache"], OutputDirectory = here["other"], StateDirectory = here["s"], MemoryLimit = 1 << 16 }));
    }

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    private static IReadOnlyList<string> Merge(MergeWorkspace workspace, string recipe, Func<MergeRequest, MergeRequest> change)
    {
        SmallModels.Write(workspace);
        workspace.Write("recipe.yml", recipe);
        workspace.Write("a/tokenizer.json", "{}");
        var request = change(workspace.Request(recipe) with { RecipeText = null, ShardSize = 5 * SmallModels.TensorBytes });
        MergeWorkspace.Merge(request);
        return FolderContent.Of(request.OutputDirectory);
    }
}
