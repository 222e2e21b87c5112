using System.Text.Json.Nodes;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>How layers are found, restacked and named, in models of one stack and of several.</summary>
public sealed class StructureTests : IDisposable
{
    private readonly MergeFolder folder = new();

    [Fact]
    public void Slices_stack_layers_and_number_them_anew()
    {
        folder.Add("math", TinyModel.Llama()).Add("chat", TinyModel.Llama());
        using var plan = folder.Plan(
            """
            merge_method: passthrough
            slices:
              - sources: [{model: ./math, layer_range: [0, 3]}]
              - sources: [{model: ./chat, layer_range: [2, 4]}]
            """);
        Assert.Equal(
            new[] { "./math 0", "./math 1", "./math 2", "./chat 2", "./chat 3" }.Select(origin => origin.Replace(" ", " model.layers.", StringComparison.Ordinal) + ".attn.weight"),
            Enumerable.Range(0, 5).Select(layer => Origin(plan, $"model.layers.{layer}.attn.weight")));
        Assert.Equal("./math model.embed_tokens.weight", Origin(plan, "model.embed_tokens.weight"));
        Assert.Equal("./chat model.norm.weight", Origin(plan, "model.norm.weight"));
        Assert.Equal("./chat lm_head.weight", Origin(plan, "lm_head.weight"));
        Assert.Equal(13, plan.TensorCount);
        Assert.Equal(5, Config(plan)["num_hidden_layers"]!.GetValue<int>());
    }

    [Fact]
    public void Every_layer_count_and_list_with_an_entry_per_layer_follows_the_slices()
    {
        folder.Add("math", TinyModel.Llama().Configure("max_window_layers", 4).Configure("layer_types", new JsonArray("a", "b", "c", "d")).Configure("rope_lengths", new JsonArray(1, 2, 3, 4)));
        using var plan = folder.Plan("merge_method: passthrough\nslices:\n- sources: [{model: ./math, layer_range: [2, 4]}]\n- sources: [{model: ./math, layer_range: [1, 2]}]");
        var config = Config(plan);
        Assert.Equal("""["c","d","b"]""", config["layer_types"]!.ToJsonString());
        Assert.Equal("[1,2,3,4]", config["rope_lengths"]!.ToJsonString());
        Assert.Equal((3, 3), (config["num_hidden_layers"]!.GetValue<int>(), config["max_window_layers"]!.GetValue<int>()));
    }

    [Fact]
    public void Sources_of_a_slice_may_take_different_layers()
    {
        folder.Add("math", TinyModel.Llama()).Add("chat", TinyModel.Llama());
        using var plan = folder.Plan("merge_method: linear\nparameters: {weight: 1}\nslices:\n- sources: [{model: ./math, layer_range: [0, 2]}, {model: ./chat, layer_range: [2, 4]}]");
        Assert.Equal(
            ["model.layers.1.mlp.weight", "model.layers.3.mlp.weight"],
            plan.Tensors.Single(tensor => tensor.Name == "model.layers.1.mlp.weight").Models.Select(input => input.Source.Name));
    }

    [Fact]
    public void The_stacks_of_an_encoder_and_decoder_are_cut_one_by_one()
    {
        folder.Add("t5", TinyModel.T5());
        using var plan = folder.Plan(
            """
            merge_method: passthrough
            modules:
              encoder: {models: [{model: ./t5}]}
              decoder: {slices: [{sources: [{model: ./t5, layer_range: [0, 2]}]}, {sources: [{model: ./t5, layer_range: [1, 2]}]}]}
              default: {models: [{model: ./t5}]}
            """);
        Assert.Equal((2, 3), (Config(plan)["num_layers"]!.GetValue<int>(), Config(plan)["num_decoder_layers"]!.GetValue<int>()));
        Assert.Equal("./t5 decoder.block.1.attn.weight", Origin(plan, "decoder.block.2.attn.weight"));
        Assert.Equal("./t5 encoder.block.1.attn.weight", Origin(plan, "encoder.block.1.attn.weight"));
        Assert.Contains(plan.Tensors, tensor => tensor.Name == "shared.weight");
    }

    [Fact]
    public void Whole_models_of_two_stacks_need_no_modules()
    {
        folder.Add("t5", TinyModel.T5(encoderLayers: 3)).Add("t5-math", TinyModel.T5(encoderLayers: 3));
        using var plan = folder.Plan("merge_method: linear\nmodels: [{model: ./t5}, {model: ./t5-math}]\nparameters: {weight: 1}");
        Assert.Equal(13, plan.TensorCount);
        Assert.All(plan.Tensors, tensor => Assert.Equal(2, tensor.Models.Count));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(4, 4)]
    public void The_layers_of_a_vision_language_model_are_counted_in_their_part_of_the_configuration(int textLayers, int visionLayers)
    {
        folder.Add("vlm", TinyModel.VisionLanguage(textLayers, visionLayers));
        using var plan = folder.Plan(
            """
            merge_method: passthrough
            modules:
              language_model: {slices: [{sources: [{model: ./vlm, layer_range: [0, 3]}]}]}
              default: {models: [{model: ./vlm}]}
            """);
        Assert.Empty(plan.Warnings);
        Assert.Equal((3, visionLayers), (Count("text_config"), Count("vision_config")));

        int Count(string part) => Config(plan)[part]!["num_hidden_layers"]!.GetValue<int>();
    }

    [Theory]
    [InlineData("model.layers.", "visual.blocks.", "depth")]
    [InlineData("model.language_model.layers.", "model.visual.blocks.", "depth")]
    public void A_vision_part_of_the_same_depth_keeps_its_layer_count(string text, string vision, string key)
    {
        folder.Add("vlm", new TinyModel($$$"""{"model_type": "vl", "num_hidden_layers": 2, "vision_config": {"{{{key}}}": 2}}""").AddLayers(text, 2, 4).AddLayers(vision, 2, 4));
        var module = text.Contains("language", StringComparison.Ordinal) ? "language_model" : "layers";
        using var plan = folder.Plan(
            $$$"""
            merge_method: passthrough
            modules:
              {{{module}}}: {slices: [{sources: [{model: ./vlm, layer_range: [0, 2]}]}, {sources: [{model: ./vlm, layer_range: [0, 1]}]}]}
              visual: {models: [{model: ./vlm}]}
            """);
        Assert.Equal((3, 2), (Config(plan)["num_hidden_layers"]!.GetValue<int>(), Config(plan)["vision_config"]![key]!.GetValue<int>()));
    }

    [Fact]
    public void Layers_whose_number_is_a_default_that_config_json_omits_are_layers_all_the_same()
    {
        var model = TinyModel.VisionLanguage();
        model.Config["text_config"]!.AsObject().Remove("num_hidden_layers");
        folder.Add("vlm", model);
        using var plan = folder.Plan("merge_method: passthrough\nmodels: [{model: ./vlm, parameters: {scale: [0, 3]}}]");
        Assert.Equal(
            [0, 1, 2, 3],
            Enumerable.Range(0, 4).Select(layer => (double)plan.Tensors.Single(t => t.Name == $"language_model.model.layers.{layer}.mlp.weight").Models[0].Parameters.Given.Single().Value));
    }

    [Fact]
    public void A_tensor_that_only_a_later_model_has_must_belong_to_a_module_too()
    {
        folder.Add("t5", TinyModel.T5()).Add("odd", TinyModel.T5().Add("adapter_embed.weight", 4));
        Assert.StartsWith(
            "recipes/chat-math.yml(3,3): error MK3021: Tensor 'adapter_embed.weight' (one of 1)",
            Assert.Single(folder.Diagnose(
                """
                merge_method: linear
                modules:
                  encoder: {models: [{model: ./t5}]}
                  decoder: {models: [{model: ./t5}, {model: ./odd}]}
                  shared: {models: [{model: ./t5}]}
                parameters: {weight: 1}
                """)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_of_a_module_without_layers_are_an_error()
    {
        folder.Add("t5", TinyModel.T5());
        Assert.StartsWith(
            "recipes/chat-math.yml(3,59): error MK3013: No layers were found in module 'shared'",
            Assert.Single(folder.Diagnose(
                """
                merge_method: passthrough
                modules:
                  shared: {slices: [{sources: [{model: ./t5, layer_range: [0, 1]}]}]}
                  encoder: {models: [{model: ./t5}]}
                  decoder: {models: [{model: ./t5}]}
                """)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checkpoint_saved_with_or_without_its_prefix_has_the_names_of_the_first_model(bool prefixed)
    {
        var (first, second) = prefixed ? (Gpt("transformer.", 2), Gpt("", 3)) : (Gpt("", 2), Gpt("transformer.", 3));
        folder.Add("first", first).Add("second", second);
        using var plan = folder.Plan(
            """
            merge_method: passthrough
            slices:
              - sources: [{model: ./first, layer_range: [0, 2]}]
              - sources: [{model: ./second, layer_range: [2, 3]}]
            """);
        var prefix = prefixed ? "transformer." : "";
        Assert.Equal(
            [$"{prefix}h.0.attn.weight", $"{prefix}h.1.attn.weight", $"{prefix}h.2.attn.weight", $"{prefix}ln_f.weight", $"{prefix}wte.weight"],
            plan.Tensors.Select(tensor => tensor.Name).Where(name => !name.Contains("mlp", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal($"./second {(prefixed ? "" : "transformer.")}h.2.attn.weight", Origin(plan, $"{prefix}h.2.attn.weight"));
    }

    public void Dispose() => folder.Dispose();

    private static TinyModel Gpt(string prefix, int layers) =>
        new TinyModel($$"""{"model_type": "gpt2", "n_layer": {{layers}}, "vocab_size": 16}""")
            .Add(prefix + "wte.weight", 16, 4).AddLayers(prefix + "h.", layers, 4).Add(prefix + "ln_f.weight", 4);

    private static string Origin(MergePlan plan, string tensor)
    {
        var input = plan.Tensors.Single(planned => planned.Name == tensor).Models.Single();
        return $"{input.Model} {input.Source.Name}";
    }

    private static JsonNode Config(MergePlan plan) => JsonNode.Parse(plan.ConfigJson)!;

    [Fact]
    public void A_revision_of_a_folder_is_ignored_with_a_warning()
    {
        folder.Add("base", TinyModel.Llama());
        Assert.Contains("warning MK2051: Model ./base@main names a revision", Assert.Single(folder.Diagnose("merge_method: passthrough\nmodels: [{ model: ./base@main }]")), StringComparison.Ordinal);
    }
}
