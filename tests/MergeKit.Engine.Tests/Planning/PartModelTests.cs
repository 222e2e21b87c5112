using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>Models that are a part of others: a language model, and the one in a vision-language model, whatever both call their layers.</summary>
public sealed class PartModelTests : IDisposable
{
    private const int Hidden = 4;
    private const int Vocabulary = 6;

    private const string IntoLanguagePart =
        """
        merge_method: linear
        base_model: ./va
        modules:
          language_model: {models: [{model: ./va}, {model: ./lm}]}
          default: {models: [{model: ./va}]}
        parameters: {weight: 0.5}
        """;

    private readonly MergeWorkspace workspace = new();

    /// <summary>Where the language model's tensors, its head, the layers of the vision part and the projector are.</summary>
    public static TheoryData<string, string, string, string> Layouts => new()
    {
        { "language_model.model.", "language_model.lm_head.weight", "vision_tower.blocks.", "multi_modal_projector.weight" },
        { "language_model.model.", "language_model.lm_head.weight", "vision_tower.vision_model.encoder.layers.", "multi_modal_projector.weight" },
        { "model.language_model.", "lm_head.weight", "model.vision_tower.vision_model.encoder.layers.", "model.multi_modal_projector.weight" },
        { "model.language_model.", "lm_head.weight", "model.visual.layers.", "model.visual.merger.weight" },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_language_model_is_merged_into_the_language_part(string text, string head, string vision, string projector)
    {
        Add("va", VisionLanguage("va", text, head, vision, projector), VisionLanguageConfig());
        Add("lm", Language("lm"), LanguageConfig());

        workspace.Merge(IntoLanguagePart);

        var input = Tensors("va");
        Assert.Equal(input.Keys, Tensors(workspace.Output).Keys);
        Assert.All(input.Keys, name => Assert.Equal(
            name == head ? Mean(input[name], Tensors("lm")["lm_head.weight"])
            : name.StartsWith(text, StringComparison.Ordinal) ? Mean(input[name], Tensors("lm")["model." + name[text.Length..]])
            : input[name],
            Tensors(workspace.Output)[name]));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Slices_restack_the_language_part_from_both(string text, string head, string vision, string projector)
    {
        Add("va", VisionLanguage("va", text, head, vision, projector), VisionLanguageConfig());
        Add("lm", Language("lm", layers: 3), LanguageConfig(layers: 3));

        workspace.Merge(
            """
            merge_method: passthrough
            base_model: ./va
            modules:
              language_model: {slices: [{sources: [{model: ./va, layer_range: [0, 2]}]}, {sources: [{model: ./lm, layer_range: [1, 3]}]}]}
              default: {models: [{model: ./va}]}
            """);

        var output = Tensors(workspace.Output);
        Assert.Equal(
            [Tensors("va")[$"{text}layers.0.mlp.weight"], Tensors("va")[$"{text}layers.1.mlp.weight"], Tensors("lm")["model.layers.1.mlp.weight"], Tensors("lm")["model.layers.2.mlp.weight"]],
            Enumerable.Range(0, 4).Select(layer => output[$"{text}layers.{layer}.mlp.weight"]));
        Assert.Equal(Tensors("lm")["model.norm.weight"], output[text + "norm.weight"]);
        Assert.Equal(Tensors("va")[vision + "1.mlp.weight"], output[vision + "1.mlp.weight"]);
        Assert.Equal((4, 2), (Config()["text_config"]!["num_hidden_layers"]!.GetValue<int>(), Config()["vision_config"]!["num_hidden_layers"]!.GetValue<int>()));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_language_part_is_merged_into_a_language_model_and_the_rest_left_out_with_a_warning(string text, string head, string vision, string projector)
    {
        Add("va", VisionLanguage("va", text, head, vision, projector), VisionLanguageConfig());
        Add("lm", Language("lm"), LanguageConfig());

        using var plan = Merger.Plan(workspace.Request("merge_method: linear\nbase_model: ./lm\nmodels: [{model: ./lm}, {model: ./va}]\nparameters: {weight: 0.5}"), CancellationToken.None);
        var warning = Assert.Single(plan.Warnings);
        Assert.Equal(DiagnosticCode.PartLeftOut, warning.Code);
        Assert.Contains("5 of its tensors", warning.Message, StringComparison.Ordinal);
        Merger.Execute(plan);

        var (own, other) = (Tensors("lm"), Tensors("va"));
        Assert.Equal(own.Keys, Tensors(workspace.Output).Keys);
        Assert.All(own.Keys, name => Assert.Equal(
            Mean(own[name], other[name == "lm_head.weight" ? head : text + name["model.".Length..]]), Tensors(workspace.Output)[name]));
    }

    [Fact]
    public void Layouts_of_one_vision_language_model_are_matched_part_by_part()
    {
        Add("va", VisionLanguage("va", "language_model.model.", "language_model.lm_head.weight", "vision_tower.encoder.layers.", "multi_modal_projector.weight"), VisionLanguageConfig());
        Add("vb", VisionLanguage("vb", "model.language_model.", "lm_head.weight", "model.vision_tower.encoder.layers.", "model.multi_modal_projector.weight"), VisionLanguageConfig());

        workspace.Merge("merge_method: linear\nmodels: [{model: ./va}, {model: ./vb}]\nparameters: {weight: 0.5}");

        var (own, other) = (Tensors("va"), Tensors("vb"));
        Assert.All(own.Keys, name => Assert.Equal(
            Mean(own[name], other[name.StartsWith("language_model.model.", StringComparison.Ordinal) ? "model.language_model." + name["language_model.model.".Length..] : name.EndsWith("lm_head.weight", StringComparison.Ordinal) ? "lm_head.weight" : "model." + name]),
            Tensors(workspace.Output)[name]));
        Assert.Equal(own.Count, Tensors(workspace.Output).Count);
    }

    [Fact]
    public void A_head_of_the_language_model_stands_in_the_language_part_also_if_that_has_none()
    {
        var tied = VisionLanguage("va", "language_model.model.", null, "vision_tower.blocks.", "multi_modal_projector.weight");
        Add("va", tied, """{"model_type": "llava", "text_config": {"model_type": "llama", "num_hidden_layers": 2, "tie_word_embeddings": true}, "vision_config": {"num_hidden_layers": 2}}""");
        Add("lm", Language("lm"), LanguageConfig());

        workspace.Merge(IntoLanguagePart);

        Assert.Equal(Mean(Tensors("va")["language_model.model.embed_tokens.weight"], Tensors("lm")["lm_head.weight"]), Tensors(workspace.Output)["language_model.lm_head.weight"]);
        Assert.False(Config()["text_config"]!["tie_word_embeddings"]!.GetValue<bool>());
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Without_modules_the_missing_part_is_an_error_that_tells_of_them(string text, string head, string vision, string projector)
    {
        Add("va", VisionLanguage("va", text, head, vision, projector), VisionLanguageConfig());
        Add("lm", Language("lm"), LanguageConfig());

        var message = MergeErrors.Single(DiagnosticCode.MissingTensor, () => workspace.Merge("merge_method: task_arithmetic\nbase_model: ./va\nmodels: [{model: ./lm}]\nparameters: {weight: 1}"));

        Assert.Contains("part of ./va", message, StringComparison.Ordinal);
        Assert.Contains("'modules'", message, StringComparison.Ordinal);
        Assert.Contains(vision, message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_could_be_either_of_two_are_an_error_until_a_module_says_which()
    {
        var twins = Layers(Layers(new SafetensorsBuilder(), "va", "left.layers.", 2), "va", "right.layers.", 2);
        Add("va", twins, """{"model_type": "toy", "num_hidden_layers": 2}""");
        Add("lm", Layers(new SafetensorsBuilder(), "lm", "layers.", 2), """{"model_type": "toy", "num_hidden_layers": 2}""");

        var errors = Assert.Throws<MergeException>(() => workspace.Merge("merge_method: linear\nmodels: [{model: ./va}, {model: ./lm}]\nparameters: {weight: 0.5}")).Diagnostics;
        Assert.Equal(2, errors.Count);
        Assert.All(errors, error => Assert.Equal(DiagnosticCode.LayersNotMatched, error.Code));
        Assert.All(errors, error => Assert.Contains("(its own: layers.N)", error.Message, StringComparison.Ordinal));

        workspace.Merge("merge_method: linear\nmodules:\n  right: {models: [{model: ./va}, {model: ./lm}]}\n  left: {models: [{model: ./va}]}\nparameters: {weight: 0.5}");
        Assert.Equal(Mean(Tensors("va")["right.layers.1.mlp.weight"], Tensors("lm")["layers.1.mlp.weight"]), Tensors(workspace.Output)["right.layers.1.mlp.weight"]);
        Assert.Equal(Tensors("va")["left.layers.1.mlp.weight"], Tensors(workspace.Output)["left.layers.1.mlp.weight"]);
    }

    [Fact]
    public void Slices_of_a_model_that_has_none_of_the_layers_name_the_layers_that_it_has()
    {
        Add("va", VisionLanguage("va", "language_model.model.", "language_model.lm_head.weight", "vision_tower.blocks.", "multi_modal_projector.weight"), VisionLanguageConfig());
        Add("lm", Language("lm"), LanguageConfig());

        var message = MergeErrors.Single(
            DiagnosticCode.LayersNotMatched,
            () => workspace.Merge("merge_method: passthrough\nbase_model: ./va\nmodules:\n  vision_tower: {slices: [{sources: [{model: ./lm, layer_range: [0, 1]}]}]}\n  default: {models: [{model: ./va}]}"));

        Assert.Contains("'vision_tower.blocks.N' (its own: model.layers.N)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_language_part_smaller_than_the_vision_part_needs_no_layer_count()
    {
        var model = VisionLanguage("va", "language_model.model.", "language_model.lm_head.weight", "vision_tower.encoder.layers.", "multi_modal_projector.weight", visionLayers: 3);
        Add("va", model, """{"model_type": "llava", "text_config": {"model_type": "llama"}, "vision_config": {"num_hidden_layers": 3}}""");
        Add("lm", Language("lm"), LanguageConfig());

        workspace.Merge(
            """
            merge_method: passthrough
            base_model: ./va
            modules:
              language_model: {slices: [{sources: [{model: ./lm, layer_range: [0, 1]}]}, {sources: [{model: ./va, layer_range: [1, 2]}]}]}
              default: {models: [{model: ./va}]}
            """);

        Assert.Equal(Tensors("lm")["model.layers.0.mlp.weight"], Tensors(workspace.Output)["language_model.model.layers.0.mlp.weight"]);
        Assert.Equal(Tensors("va")["language_model.model.layers.1.mlp.weight"], Tensors(workspace.Output)["language_model.model.layers.1.mlp.weight"]);
    }

    [Fact]
    public void A_part_of_another_architecture_is_an_error()
    {
        Add("va", VisionLanguage("va", "language_model.model.", "language_model.lm_head.weight", "vision_tower.blocks.", "multi_modal_projector.weight"), VisionLanguageConfig());
        Add("lm", Language("lm"), LanguageConfig().Replace("llama", "qwen3", StringComparison.Ordinal));

        MergeErrors.Single(DiagnosticCode.DifferentArchitectures, () => workspace.Merge(IntoLanguagePart));
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Of_two_heads_the_one_beside_the_layers_gets_the_name_and_the_other_has_no_counterpart()
    {
        Add("lm", Language("lm"), LanguageConfig());
        Add("omni", Fill(VisionLanguage("omni", "thinker.model.", "thinker.lm_head.weight", "talker.layers.", "talker.proj.weight"), "omni", "talker.lm_head.weight", Vocabulary, Hidden), LanguageConfig());

        var errors = Assert.Throws<MergeException>(() => workspace.Merge("merge_method: linear\nbase_model: ./lm\nmodels: [{model: ./lm}, {model: ./omni}]\nparameters: {weight: 0.5}")).Diagnostics;
        var error = Assert.Single(errors, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCode.MissingTensor, error.Code);
        Assert.Contains("talker.lm_head.weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_with_zeros_before_them_are_no_layers()
    {
        Add("a", Fill(Fill(Language("a"), "a", "blocks.00.mlp.weight", Hidden, Hidden), "a", "blocks.01.mlp.weight", Hidden, Hidden), LanguageConfig());
        Add("b", Language("b"), LanguageConfig());

        var error = Assert.Single(Assert.Throws<MergeException>(() => workspace.Merge("merge_method: linear\nmodels: [{model: ./a}, {model: ./b}]\nparameters: {weight: 0.5}")).Diagnostics, diagnostic => diagnostic.Message.Contains("blocks.00", StringComparison.Ordinal));
        Assert.Equal(DiagnosticCode.MissingTensor, error.Code);
    }

    private static string LanguageConfig(int layers = 2) => $$"""{"model_type": "llama", "num_hidden_layers": {{layers}}, "tie_word_embeddings": false}""";

    private static string VisionLanguageConfig() =>
        """{"model_type": "llava", "text_config": {"model_type": "llama", "num_hidden_layers": 2, "tie_word_embeddings": false}, "vision_config": {"num_hidden_layers": 2}}""";

    private static SafetensorsBuilder Language(string seed, int layers = 2) => AddLanguage(new SafetensorsBuilder(), seed, "model.", "lm_head.weight", layers);

    private static SafetensorsBuilder VisionLanguage(string seed, string text, string? head, string vision, string projector, int visionLayers = 2) =>
        Fill(Layers(AddLanguage(new SafetensorsBuilder(), seed, text, head, 2), seed, vision, visionLayers), seed, projector, Hidden, Hidden);

    private static SafetensorsBuilder AddLanguage(SafetensorsBuilder weights, string seed, string prefix, string? head, int layers)
    {
        Fill(Layers(Fill(weights, seed, prefix + "embed_tokens.weight", Vocabulary, Hidden), seed, prefix + "layers.", layers), seed, prefix + "norm.weight", Hidden);
        return head is null ? weights : Fill(weights, seed, head, Vocabulary, Hidden);
    }

    private static SafetensorsBuilder Layers(SafetensorsBuilder weights, string seed, string stack, int layers)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            Fill(weights, seed, $"{stack}{layer}.attn.weight", Hidden, Hidden);
            Fill(weights, seed, $"{stack}{layer}.mlp.weight", 2 * Hidden, Hidden);
        }

        return weights;
    }

    /// <summary>Adds a tensor whose values are its own: no two tensors of a test are alike.</summary>
    private static SafetensorsBuilder Fill(SafetensorsBuilder weights, string seed, string name, params long[] shape) =>
        weights.Add(name, DType.F32, shape, Noise.Normal((seed + name).Aggregate(17, (hash, c) => unchecked((hash * 31) + c)), shape.Aggregate(1L, (count, size) => count * size)));

    private static float[] Mean(float[] a, float[] b) => [.. a.Zip(b, (x, y) => (0.5f * x) + (0.5f * y))];

    private void Add(string name, SafetensorsBuilder weights, string config) => workspace.Model(name, weights, config);

    private SortedDictionary<string, float[]> Tensors(string model)
    {
        var folder = Path.IsPathRooted(model) ? model : workspace[model];
        using var checkpoint = Checkpoint.Open(folder);
        return new(checkpoint.Tensors.Keys.ToDictionary(name => name, name => workspace.Floats(name, folder)), StringComparer.Ordinal);
    }

    private JsonNode Config() => JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.Output, "config.json")))!;
}
