using System.Text.Json.Nodes;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

public sealed class OutputConfigTests : IDisposable
{
    private const string Recipe = "merge_method: linear\nmodels: [{model: ./first}, {model: ./second}]\nparameters: {weight: 1}\n";

    private readonly MergeFolder folder = new();

    [Theory]
    [InlineData("tied", "tied", true, false)]
    [InlineData("tied", "untied", false, true)]
    [InlineData("untied", "tied", false, true)]
    [InlineData("untied", "untied", false, true)]
    [InlineData("tied with head", "untied", false, true)]
    [InlineData("tied with head", "tied", true, true)]
    public void Embeddings_stay_tied_only_if_they_are_in_all_models(string first, string second, bool isTied, bool hasHead)
    {
        folder.Add("first", Model(first)).Add("second", Model(second));
        using var plan = folder.Plan(Recipe);
        Assert.Equal(isTied, Config(plan)["tie_word_embeddings"]!.GetValue<bool>());
        var head = plan.Tensors.SingleOrDefault(tensor => tensor.Name == "lm_head.weight");
        Assert.Equal(hasHead ? 2 : null, head?.Models.Count);

        static TinyModel Model(string kind)
        {
            var model = TinyModel.Llama().Configure("tie_word_embeddings", kind != "untied");
            return kind == "tied" ? model.Remove("lm_head") : model;
        }
    }

    [Fact]
    public void A_tied_language_part_is_untied_in_its_own_configuration()
    {
        var untied = TinyModel.VisionLanguage().Add("language_model.lm_head.weight", 16, 4);
        untied.Config["text_config"]!["tie_word_embeddings"] = false;
        folder.Add("first", TinyModel.VisionLanguage()).Add("second", untied);
        using var plan = folder.Plan(Recipe);
        Assert.False(Config(plan)["text_config"]!["tie_word_embeddings"]!.GetValue<bool>());
        Assert.False(Config(plan).AsObject().ContainsKey("tie_word_embeddings"));
    }

    [Theory]
    [InlineData(16, 18, 16)]
    [InlineData(18, 16, 16)]
    [InlineData(16, 16, 16)]
    public void The_vocabulary_has_the_rows_that_all_models_have(int first, int second, int expected)
    {
        folder.Add("first", TinyModel.Llama(vocabulary: first)).Add("second", TinyModel.Llama(vocabulary: second));
        using var plan = folder.Plan(Recipe);
        Assert.Equal(expected, Config(plan)["vocab_size"]!.GetValue<int>());
        Assert.All(plan.Tensors.Where(tensor => tensor.Name is "lm_head.weight" or "model.embed_tokens.weight"), tensor => Assert.Equal(expected, tensor.Shape[0]));
        Assert.Equal(first == second ? 0 : 2, plan.Warnings.Count);
    }

    [Fact]
    public void A_vocabulary_size_below_the_padded_embedding_stays()
    {
        folder.Add("first", TinyModel.Llama(vocabulary: 20).Configure("vocab_size", 16)).Add("second", TinyModel.Llama(vocabulary: 18).Configure("vocab_size", 16));
        using var plan = folder.Plan(Recipe);
        Assert.Equal(16, Config(plan)["vocab_size"]!.GetValue<int>());
    }

    [Fact]
    public void A_truncated_vocabulary_is_corrected_in_the_part_that_states_it()
    {
        var shorter = TinyModel.VisionLanguage().Add("language_model.model.embed_tokens.weight", 12, 4);
        shorter.Config["text_config"]!["vocab_size"] = 12;
        folder.Add("first", TinyModel.VisionLanguage()).Add("second", shorter);
        using var plan = folder.Plan(Recipe);
        Assert.Equal(12, Config(plan)["text_config"]!["vocab_size"]!.GetValue<int>());
        Assert.False(Config(plan).AsObject().ContainsKey("vocab_size"));
    }

    [Theory]
    [InlineData("", "float32")]
    [InlineData("dtype: float16\n", "float16")]
    [InlineData("dtype: float32\nout_dtype: bfloat16\n", "bfloat16")]
    public void The_dtype_is_that_of_the_weights(string setting, string expected)
    {
        folder.Add("first", TinyModel.Llama().Configure("dtype", "float64").Configure("text_config", new JsonObject { ["torch_dtype"] = "float64" })).Add("second", TinyModel.Llama());
        using var plan = folder.Plan(Recipe + setting);
        Assert.Equal(expected, Config(plan)["dtype"]!.GetValue<string>());
        Assert.Equal(expected, Config(plan)["text_config"]!["torch_dtype"]!.GetValue<string>());
    }

    public void Dispose() => folder.Dispose();

    private static JsonNode Config(MergePlan plan) => JsonNode.Parse(plan.ConfigJson)!;
}
