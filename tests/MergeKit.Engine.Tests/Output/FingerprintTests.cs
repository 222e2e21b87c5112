using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>The fingerprint changes with everything the model's bytes depend on, and with nothing else.</summary>
public sealed class FingerprintTests : IDisposable
{
    private const string Dare = "merge_method: dare_ties\nbase_model: a\nmodels: [{ model: b, parameters: { weight: 0.5, density: 0.5 } }]\n";
    private readonly MergeWorkspace workspace = new();

    public FingerprintTests() => SmallModels.Write(workspace);

    [Fact]
    public void It_is_a_digest_in_lowercase_hexadecimal() => Assert.Matches("^[0-9a-f]{64}$", Of(Request()));

    [Fact]
    public void Weights_change_it() => AssertChanges(() => Request(SmallModels.Linear.Replace("0.6", "0.61", StringComparison.Ordinal)));

    [Fact]
    public void The_dtype_changes_it() => AssertChanges(() => Request(SmallModels.Linear + "out_dtype: bfloat16\n"));

    [Fact]
    public void A_comment_in_the_recipe_changes_it() => AssertChanges(() => Request(SmallModels.Linear + "# why\n"));

    [Fact]
    public void The_name_and_the_shard_size_change_it()
    {
        AssertChanges(() => Request() with { Name = "other" });
        AssertChanges(() => Request() with { ShardSize = 10_000 });
        AssertChanges(() => Request() with { WriteModelCard = false });
    }

    [Fact]
    public void One_bit_of_an_input_changes_it() => AssertChanges(() =>
    {
        var path = workspace["b/model.safetensors"];
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        return Request();
    });

    [Fact]
    public void The_configuration_changes_it() => AssertChanges(() =>
    {
        workspace.Write("a/config.json", """{"model_type": "toy", "extra": 1}""");
        return Request();
    });

    [Fact]
    public void The_tokenizer_changes_it_when_it_is_copied()
    {
        workspace.Write("a/tokenizer.json", "{}");
        AssertChanges(() => WithTokenizer("{\"x\": 1}"));
        AssertKeeps(() => WithTokenizer("{\"x\": 2}") with { CopyTokenizer = false }, Request() with { CopyTokenizer = false });
    }

    [Fact]
    public void The_license_that_the_card_states_changes_it()
    {
        workspace.Write("a/README.md", "---\nlicense: mit\n---\n");
        AssertChanges(() =>
        {
            workspace.Write("b/README.md", "---\nlicense: mit\n---\n");
            return Request();
        });
    }

    [Fact]
    public void The_seed_changes_it_for_random_methods_only()
    {
        AssertChanges(() => Request(Dare) with { Seed = 1 }, Request(Dare));
        AssertKeeps(() => Request() with { Seed = 1 });
    }

    [Fact]
    public void The_place_of_the_output_and_the_division_of_work_do_not_matter() =>
        AssertKeeps(() => Request() with { OutputDirectory = workspace["elsewhere/model"], Threads = 1, ChunkElements = 4096, MemoryLimit = 1 << 20 });

    [Fact]
    public void Moving_everything_together_does_not_matter()
    {
        var before = Of(Request(Dare));
        foreach (var model in new[] { "a", "b" })
        {
            Directory.CreateDirectory(workspace["moved"]);
            Directory.Move(workspace[model], workspace[$"moved/{model}"]);
        }

        Assert.Equal(before, Of(Request(Dare) with { RecipePath = workspace["moved/recipe.yml"], ProjectDirectory = workspace["moved"] }));
    }

    public void Dispose() => workspace.Dispose();

    private static string Of(MergeRequest request) => MergeWorkspace.Merge(request).Fingerprint;

    private MergeRequest Request(string recipe = SmallModels.Linear) => workspace.Request(recipe);

    private MergeRequest WithTokenizer(string text)
    {
        workspace.Write("a/tokenizer.json", text);
        return Request();
    }

    private void AssertChanges(Func<MergeRequest> change, MergeRequest? original = null)
    {
        var before = Of(original ?? Request());
        Assert.NotEqual(before, Of(change()));
    }

    private void AssertKeeps(Func<MergeRequest> change, MergeRequest? original = null)
    {
        var before = Of(original ?? Request());
        Assert.Equal(before, Of(change()));
    }
}
