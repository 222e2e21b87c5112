using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Merges that mergekit really made, made again.</summary>
public sealed class ConformanceTests
{
    private static readonly string[] ComparedKeys =
    [
        "architectures", "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads",
        "num_hidden_layers", "n_layer", "num_layers", "num_decoder_layers", "n_embd", "d_model", "d_ff",
    ];

    /// <summary>Numbers of tokens, which must be right even where a key is left out; absent is null.</summary>
    private static readonly string[] TokenKeys = ["bos_token_id", "eos_token_id", "pad_token_id"];

    public static TheoryData<string> Merges() => [.. Cases().Where(c => c.Compare is "tolerance" or "exact").Select(c => c.Name)];

    public static TheoryData<string> MergesThatMergekitRefuses() => [.. Deviation.Accepted.Keys];

    [Theory]
    [MemberData(nameof(Merges))]
    public void Merge_gives_the_tensors_of_mergekit(string name)
    {
        var outcome = ConformanceOutcome.Of(name);
        Assert.True(outcome.Misses <= outcome.Allowed, $"{outcome.Misses} of {outcome.Elements} elements miss the tolerance; at most {outcome.Allowed} may.");
    }

    [Theory]
    [MemberData(nameof(Merges))]
    public void Merge_gives_the_configuration_and_vocabulary_of_mergekit(string name)
    {
        var c = ConformanceCase.Load(name);
        var deviation = Deviation.All.GetValueOrDefault(name, Deviation.None);
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(c, deviation, output["out"]);
        var (expected, actual) = (Json(Path.Combine(c.ExpectedFolder, "config.json")), Json(output["out/config.json"]));

        foreach (var key in ComparedKeys.Where(actual.ContainsKey))
        {
            Assert.Equal(expected[key]?.ToJsonString(), actual[key]?.ToJsonString());
        }

        foreach (var key in TokenKeys.Where(key => expected.ContainsKey(key)))
        {
            Assert.Equal($"{key} {expected[key]?.ToJsonString()}", $"{key} {actual[key]?.ToJsonString()}");
        }

        Assert.Equal(deviation.StatedDType ?? (string?)(expected["dtype"] ?? expected["torch_dtype"]), (string?)(actual["dtype"] ?? actual["torch_dtype"]));
        if (actual.ContainsKey("tie_word_embeddings"))
        {
            Assert.Equal(!deviation.UntiesEmbeddings && (bool)expected["tie_word_embeddings"]!, (bool)actual["tie_word_embeddings"]!);
        }

        Assert.Equal(Vocabulary(c.ExpectedFolder), Vocabulary(output["out"]));
        Assert.Equal(ChatTemplate(c.ExpectedFolder), ChatTemplate(output["out"]));
        Assert.Equal(WeightMap(c.ExpectedFolder), WeightMap(output["out"]));
        Assert.Equal(File.ReadAllText(c.RecipePath), File.ReadAllText(output["out/mergekit_config.yml"]));
    }

    /// <summary>Narrow types are the float32 result, rounded once.</summary>
    [Theory]
    [MemberData(nameof(Merges))]
    public void Output_is_the_float32_result_rounded_once(string name)
    {
        var c = ConformanceCase.Load(name);
        var deviation = Deviation.All.GetValueOrDefault(name, Deviation.None);
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(c, deviation, output["out"]);
        var recipe = string.Concat(File.ReadLines(c.RecipePath).Where(line => !line.StartsWith("out_dtype:", StringComparison.Ordinal)).Select(line => line + "\n"));
        var wide = c.Request(output["wide"]) with { RecipeText = recipe + "out_dtype: float32\n" };
        using (var plan = Merger.Plan(wide with { AllowCrimes = wide.AllowCrimes || deviation.AllowCrimes }))
        {
            Merger.Execute(plan);
        }

        using var narrow = Checkpoint.Open(output["out"]);
        using var exact = Checkpoint.Open(output["wide"]);
        foreach (var (tensor, stored) in narrow.Tensors.Where(pair => pair.Value.DType.IsFloat()))
        {
            var rounded = MergedTensors.Floats(exact.Tensors[tensor]);
            FloatCodec.Round(stored.DType, rounded);
            Assert.Equal(rounded, MergedTensors.Floats(stored));
        }
    }

    [Theory]
    [MemberData(nameof(MergesThatMergekitRefuses))]
    public void A_merge_that_mergekit_refuses_without_need_is_made(string name)
    {
        var c = ConformanceCase.Load(name);
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(c, Deviation.None, output["out"]);
        using var merged = Checkpoint.Open(output["out"]);
        Assert.NotEmpty(merged.Tensors);
        Assert.All(merged.Tensors.Values.Where(tensor => tensor.DType.IsFloat()), tensor => Assert.All(MergedTensors.Floats(tensor), value => Assert.True(float.IsFinite(value))));
    }

    [Fact]
    public void Final_norm_and_head_are_made_of_all_sources_of_the_last_slice()
    {
        var c = ConformanceCase.Load("slices-source-count-differs");
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(c, Deviation.None, output["out"]);
        using var merged = Checkpoint.Open(output["out"]);
        using var chat = Checkpoint.Open(Path.Combine(c.Folder, "../../models/chat"));
        using var code = Checkpoint.Open(Path.Combine(c.Folder, "../../models/code"));
        foreach (var name in new[] { "lm_head.weight", "model.norm.weight" })
        {
            var mean = MergedTensors.Floats(chat.Tensors[name]).Zip(MergedTensors.Floats(code.Tensors[name]), (x, y) => 0.5f * x + 0.5f * y).ToArray();
            FloatCodec.Round(DType.BF16, mean);
            Assert.Equal(mean, MergedTensors.Floats(merged.Tensors[name]));
        }
    }

    private static IEnumerable<ConformanceCase> Cases() => ConformanceCase.All().Where(c => c.IsRecipe && !c.ExpectsError && !Deviation.Rejected.ContainsKey(c.Name));

    private static JsonObject Json(string path) => (JsonObject)JsonNode.Parse(File.ReadAllText(path))!;

    private static string? WeightMap(string folder)
    {
        var path = Path.Combine(folder, "model.safetensors.index.json");
        return File.Exists(path) ? Json(path)["weight_map"]!.ToJsonString() : null;
    }

    private static string? ChatTemplate(string folder)
    {
        var (file, config) = (Path.Combine(folder, "chat_template.jinja"), Path.Combine(folder, "tokenizer_config.json"));
        return File.Exists(file) ? File.ReadAllText(file) : File.Exists(config) ? (string?)Json(config)["chat_template"] : null;
    }

    private static string? Vocabulary(string folder)
    {
        var path = Path.Combine(folder, "tokenizer.json");
        return File.Exists(path) && Json(path) is var tokenizer
            ? tokenizer["model"]!["vocab"]!.ToJsonString() + string.Join(' ', tokenizer["added_tokens"]!.AsArray().Select(token => $"{token!["content"]}={token["id"]} {token["special"]}{token["normalized"]}"))
            : null;
    }
}
