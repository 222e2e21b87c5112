using System.Globalization;
using System.Text.Json;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>The files beside the weights.</summary>
public sealed class ModelFilesTests : IDisposable
{
    private readonly MergeWorkspace workspace = new();

    public ModelFilesTests() => SmallModels.Write(workspace);

    [Fact]
    public void The_result_lists_exactly_the_files_of_the_folder()
    {
        workspace.Write("a/tokenizer.json", "{}");
        var result = workspace.Merge(SmallModels.Linear);
        Assert.Equal(Directory.GetFiles(workspace.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal), result.Files);
        Assert.Equal(
            ["README.md", "config.json", "mergekit_config.yml", "mergekit_manifest.json", "model.safetensors", "provenance.intoto.json", "tokenizer.json"], result.Files);
    }

    [Fact]
    public void The_recipe_is_kept_as_it_was_written()
    {
        const string Recipe = "# a comment\r\n" + SmallModels.Linear + "\n# ünïcode   \n\n";
        workspace.Merge(Recipe);
        Assert.Equal(Recipe, Read("mergekit_config.yml"));
    }

    [Fact]
    public void Numbers_in_the_configuration_keep_their_text()
    {
        string[] numbers = ["1e-05", "10000.0", "1.0", "0.10", "-0.0", "1E+2", "12345678901234567890123456789", "0.1000000000000000055511151231257827"];
        var entries = string.Join(", ", numbers.Select((number, i) => $"\"n{i}\": {number}"));
        workspace.Model("a", SmallModels.Weights(1), $$"""{"z": 1, "model_type": "toy", {{entries}}, "nested": { {{entries}} }, "äé<>&'": "äé<>&'"}""");
        workspace.Merge(SmallModels.Linear);
        var config = JsonDocument.Parse(Read("config.json")).RootElement;
        Assert.Equal("z", config.EnumerateObject().First().Name);
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(numbers[i], config.GetProperty($"n{i}").GetRawText());
            Assert.Equal(numbers[i], config.GetProperty("nested").GetProperty($"n{i}").GetRawText());
        }

        Assert.Contains("\"äé<>&'\": \"äé<>&'\"", Read("config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_only_Python_writes_are_kept()
    {
        workspace.Model("a", SmallModels.Weights(1), """{"model_type": "toy", "time_step_limit": [0.0, Infinity], "low": -Infinity, "none": NaN, "text": "NaN, \"Infinity\""}""");
        workspace.Merge(SmallModels.Linear);
        var config = Read("config.json").ReplaceLineEndings("\n");
        Assert.Contains("    0.0,\n    Infinity\n", config, StringComparison.Ordinal);
        Assert.Contains("\"low\": -Infinity,", config, StringComparison.Ordinal);
        Assert.Contains("\"none\": NaN,", config, StringComparison.Ordinal);
        Assert.Contains("\"text\": \"NaN, \\\"Infinity\\\"\"", config, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("sv-SE")]
    [InlineData("ar-SA")]
    public void The_language_of_the_machine_changes_nothing(string culture)
    {
        workspace.Merge(SmallModels.Linear);
        var expected = FolderContent.Of(workspace.Output);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            workspace.Merge(SmallModels.Linear);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(expected, FolderContent.Of(workspace.Output));
    }

    [Fact]
    public void A_card_of_any_size_is_read_only_at_its_beginning()
    {
        workspace.Write("a/README.md", "---\nlicense: mit\n---\n" + new string('x', 40 << 20));
        workspace.Write("b/README.md", "---\nlicense: mit\n---\n");
        var before = GC.GetTotalAllocatedBytes();
        workspace.Merge(SmallModels.Linear);
        Assert.Contains("license: mit", Read("README.md"), StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public void The_configuration_says_the_dtype_that_was_written()
    {
        workspace.Merge(SmallModels.Linear + "out_dtype: bfloat16\n");
        Assert.Equal("bfloat16", JsonDocument.Parse(Read("config.json")).RootElement.GetProperty("torch_dtype").GetString());
    }

    [Fact]
    public void Companions_come_from_the_first_model_and_can_be_left_out()
    {
        workspace.Write("a/tokenizer.json", "{\"a\": 1}");
        workspace.Write("a/generation_config.json", "{\"g\": 1}");
        workspace.Write("a/pytorch_model.bin.index.json", "{}");
        workspace.Write("b/tokenizer.json", "{\"b\": 1}");
        workspace.Write("b/vocab.txt", "b");
        var with = workspace.Merge(SmallModels.Linear);
        Assert.Equal("{\"a\": 1}", Read("tokenizer.json"));
        Assert.DoesNotContain("vocab.txt", with.Files);
        Assert.DoesNotContain("pytorch_model.bin.index.json", with.Files);
        var without = MergeWorkspace.Merge(workspace.Request(SmallModels.Linear) with { CopyTokenizer = false, WriteModelCard = false });
        Assert.Equal(["config.json", "generation_config.json", "mergekit_config.yml", "mergekit_manifest.json", "model.safetensors", "provenance.intoto.json"], without.Files);
    }

    [Theory]
    [InlineData("mit", "mit", "license: mit")]
    [InlineData("mit", "apache-2.0", null)]
    [InlineData("mit", null, null)]
    [InlineData(null, null, null)]
    [InlineData("mit\nbase_model: evil/model", "mit\nbase_model: evil/model", "license: mit")]
    [InlineData("[mit]", "[mit]", null)]
    public void The_card_has_a_license_when_all_inputs_agree(string? a, string? b, string? expected)
    {
        foreach (var (model, license) in new[] { ("a", a), ("b", b) })
        {
            if (license is not null)
            {
                workspace.Write($"{model}/README.md", $"---\nlanguage: en\nlicense: {license}\n---\n# Card\nlicense: other\n");
            }
        }

        workspace.Merge(SmallModels.Linear);
        var front = Read("README.md").Split("---\n")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["base_model: []", "base_model_relation: merge", "library_name: transformers", "tags:", "- mergekit", "- merge", .. expected is null ? [] : new[] { expected }],
            front);
    }

    [Fact]
    public void The_card_names_hub_models_method_recipe_and_version()
    {
        Directory.CreateDirectory(workspace["org"]);
        Directory.Move(workspace["a"], workspace["org/first"]);
        Directory.Move(workspace["b"], workspace["org/second"]);
        var recipe = "merge_method: task_arithmetic\nbase_model: org/first\nmodels: [{ model: org/second, parameters: { weight: 1 } }]\n";
        workspace.Merge(recipe);
        var card = Read("README.md");
        Assert.StartsWith("---\nbase_model:\n- org/first\n- org/second\nbase_model_relation: merge\n", card, StringComparison.Ordinal);
        Assert.Contains("# out\n", card, StringComparison.Ordinal);
        Assert.Contains($"MergeKit.Build {EngineVersion.Product}", card, StringComparison.Ordinal);
        Assert.Contains("[Task Arithmetic](https://arxiv.org/abs/2212.04089)", card, StringComparison.Ordinal);
        Assert.Contains("- `org/second`\n", card, StringComparison.Ordinal);
        Assert.EndsWith($"```yaml\n{recipe}```\n", card, StringComparison.Ordinal);
        Assert.DoesNotContain(workspace.Path, card, StringComparison.Ordinal);
    }

    public void Dispose() => workspace.Dispose();

    private string Read(string name) => File.ReadAllText(Path.Combine(workspace.Output, name));
}
