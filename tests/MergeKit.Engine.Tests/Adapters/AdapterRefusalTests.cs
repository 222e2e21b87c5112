using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>What cannot be applied exactly is refused, at the model's place in the recipe.</summary>
public sealed class AdapterRefusalTests : IDisposable
{
    private const string Module = "model.layers.0.q_proj";
    private const string Embedding = "model.embed_tokens";
    private readonly AdapterFolder folder = new AdapterFolder().Base(Module + ".weight", DType.F32, [8, 12]).Factors(Module, 8, 12);

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "and adapters of this kind")]
    [InlineData("peft_type", "\"ADALORA\"", "and adapters of this kind")]
    [InlineData("init_lora_weights", "\"pissa_niter_16\"", "changes the base model")]
    [InlineData("init_lora_weights", "\"olora\"", "changes the base model")]
    [InlineData("layer_replication", "[[0, 4], [2, 5]]", "repeats layers")]
    [InlineData("target_parameters", "[\"experts.down_proj\"]", "no linear layer")]
    [InlineData("trainable_token_indices", "[7]", "single rows")]
    [InlineData("alora_invocation_tokens", "[1, 2]", "parts of a text")]
    [InlineData("use_qalora", "true", "pooled inputs")]
    [InlineData("use_bdlora", "{\"nblocks\": 2}", "block-diagonal")]
    [InlineData("kasa_config", "{\"beta\": 1}", "singular values")]
    [InlineData("some_new_setting", "true", "not known")]
    [InlineData("rank_pattern", "{\"(?=x)y\": 4}", "pattern '(?=x)y'")]
    [InlineData("rank_pattern", "{\"(?P<a>x)\": 4}", "pattern")]
    [InlineData("rank_pattern", "{\"a)|(b\": 4}", "pattern")]
    [InlineData("alpha_pattern", "{\"((a{1,999}){1,999}){1,999}\": 4}", "pattern")]
    public void A_setting_that_changes_more_is_named(string name, string value, string reason)
    {
        var error = Refuse(DiagnosticCode.AdapterNotApplicable, () => folder.Set(name, JsonNode.Parse(value)));
        Assert.Contains($"adapter_config.json' sets {name} to ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("peft_type", "null", "'LORA'")]
    [InlineData("peft_type", "7", "'LORA'")]
    [InlineData("r", "0", "a whole number from 1")]
    [InlineData("r", "-4", "a whole number from 1")]
    [InlineData("r", "4.5", "a whole number from 1")]
    [InlineData("r", "1e30", "a whole number from 1")]
    [InlineData("r", "99999999999999999999", "a whole number from 1")]
    [InlineData("r", "\"4\"", "a whole number from 1")]
    [InlineData("lora_alpha", "[]", "a number")]
    [InlineData("lora_alpha", "1e999", "a number")]
    [InlineData("rank_pattern", "[4]", "an object")]
    [InlineData("alpha_pattern", "\"q_proj\"", "an object")]
    [InlineData("rank_pattern", "{\"q_proj\": 0}", "a whole number from 1")]
    [InlineData("alpha_pattern", "{\"q_proj\": null, \"k_proj\": \"x\"}", "a number")]
    [InlineData("use_dora", "1", "true or false")]
    [InlineData("bias", "\"some\"", "none, all or lora_only")]
    public void A_setting_that_makes_no_sense_is_named(string name, string value, string expected)
    {
        var error = Refuse(DiagnosticCode.AdapterSettingInvalid, () => folder.Set(name, JsonNode.Parse(value)));
        Assert.Contains($"expected {name}", error, StringComparison.Ordinal);
        Assert.Contains($" to be {expected}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    public void Numbers_of_python_that_are_none_are_refused(string number)
    {
        folder.Write();
        var path = folder.Workspace["lora/adapter_config.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"r\":4", $"\"r\":{number},\"lora_alpha\":{number}", StringComparison.Ordinal).Replace(",\"lora_alpha\":6", "", StringComparison.Ordinal));
        var errors = folder.Refuse();
        Assert.Equal([DiagnosticCode.AdapterSettingInvalid, DiagnosticCode.AdapterSettingInvalid], errors.Select(error => error.Code));
        Assert.All(errors, error => Assert.Contains($"found {number}.", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Patterns_that_take_other_matchers_forever_are_matched()
    {
        folder.Base($"{Module}.{new string('a', 4000)}.weight", DType.F32, [8, 12]).Factors($"{Module}.{new string('a', 4000)}", 8, 12);
        folder.Set("alpha_pattern", JsonNode.Parse("""{"(a+)+b": 3, "(a|a)*c": 3, ".*.*.*.*.*.*.*.*d": 3}""")).Write();
        Assert.Equal(3, folder.Merge().Count);
    }

    [Fact]
    public void Too_many_expressions_are_refused()
    {
        var patterns = new JsonObject(Enumerable.Range(0, 500).Select(i => KeyValuePair.Create<string, JsonNode?>($"(a|b)+{i}", 4)));
        Refuse(DiagnosticCode.AdapterSettingInvalid, () => folder.Set("rank_pattern", patterns));
    }

    [Fact]
    public void A_tensor_without_a_place_in_the_model_is_named()
    {
        var error = Refuse(DiagnosticCode.AdapterTensorUnplaced, () => folder.Factors("model.layers.0.k_proj", 8, 12).Adapter("score.weight", DType.F32, [2, 12]).Adapter("model.layers.0.q_proj.lora_C.weight", DType.F32, [2]));
        foreach (var name in new[] { "k_proj.lora_A.weight'", "score.weight'", "lora_C.weight'" })
        {
            Assert.Contains(name, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_list_of_tensors_is_cut_short()
    {
        for (var i = 0; i < 20; i++)
        {
            folder.Factors($"model.layers.{i}.k_proj", 8, 12);
        }

        Assert.Contains(" and 17 more. ", Refuse(DiagnosticCode.AdapterTensorUnplaced, () => { }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, 11, 4, 4)]
    [InlineData(9, 12, 4, 4)]
    [InlineData(8, 12, 2, 4)]
    [InlineData(8, 12, 4, 2)]
    public void Factors_that_do_not_fit_are_refused(int outputs, int inputs, int rank, int stated) =>
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Factors(Module, outputs, inputs, rank).Set("r", stated));

    [Fact]
    public void Factors_and_weights_are_floating_point_numbers()
    {
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Base(Module + ".weight", DType.I8, [8, 12]));
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Base(Module + ".weight", DType.F32, [8, 12]).Adapter(Module + ".lora_A.weight", DType.I8, [4, 12]));
    }

    [Fact]
    public void Replacements_have_the_shape_of_what_they_replace_but_for_the_number_of_tokens()
    {
        folder.Base(Embedding + ".weight", DType.F32, [24, 10]).Base("lm_head.weight", DType.F32, [24, 10]);
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Adapter(Embedding + ".weight", DType.F32, [24, 11]));
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Adapter(Embedding + ".weight", DType.F32, [25, 10]).Adapter("model.layers.0.input_layernorm.weight", DType.F32, [5]));
    }

    [Theory]
    [InlineData("model.layers.0.q_proj.lora_A.weight", "lora_A")]
    [InlineData("model.layers.0.q_proj.lora_B.weight", "lora_B")]
    public void A_factor_without_its_partner_is_refused(string missing, string shown)
    {
        folder.Rename(name => name.EndsWith(missing, StringComparison.Ordinal) ? "base_model.model.model.layers.0.q_proj.bias" : name).Base(Module + ".bias", DType.F32, [8]);
        Assert.Contains($"module '{Module}' has no {shown}", Refuse(DiagnosticCode.AdapterIncomplete, () => { }), StringComparison.Ordinal);
    }

    [Fact]
    public void Dora_needs_its_magnitudes_and_nothing_else_has_them()
    {
        Refuse(DiagnosticCode.AdapterIncomplete, () => folder.Set("use_dora", true));
        Refuse(DiagnosticCode.AdapterShapeMismatch, () => folder.Adapter(Module + ".lora_magnitude_vector", DType.F32, [12]));
        Refuse(DiagnosticCode.AdapterIncomplete, () => folder.Set("use_dora", false));
    }

    [Fact]
    public void Two_tensors_for_one_thing_are_refused()
    {
        Refuse(DiagnosticCode.AdapterIncomplete, () => folder.Adapter(Module + ".lora_A.other.weight", DType.F32, [4, 12]));
        using var other = new AdapterFolder().Base("lm_head.weight", DType.F32, [24, 10]).Adapter("lm_head.weight", DType.F32, [24, 10]).Adapter("lm_head.modules_to_save.weight", DType.F32, [24, 10]).Write();
        Assert.Equal(DiagnosticCode.AdapterIncomplete, Assert.Single(other.Refuse()).Code);
    }

    [Fact]
    public void A_square_weight_is_refused_where_others_contradict_the_settings()
    {
        folder.Base("model.layers.0.k_proj.weight", DType.F32, [12, 12]).Factors("model.layers.0.k_proj", 12, 12);
        var error = Refuse(DiagnosticCode.AdapterNotApplicable, () => folder.Set("fan_in_fan_out", true));
        Assert.Contains("'model.layers.0.k_proj'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_embedding_that_is_also_the_head_is_not_changed_alone()
    {
        folder.Config["tie_word_embeddings"] = true;
        folder.Base(Embedding + ".weight", DType.F32, [24, 10]);
        var error = Refuse(DiagnosticCode.AdapterOfTiedEmbedding, () => folder.Adapter(Embedding + ".lora_embedding_A", DType.F32, [4, 24]).Adapter(Embedding + ".lora_embedding_B", DType.F32, [10, 4]));
        Assert.Contains($"'{Embedding}.weight'", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_an_adapter_says_what_is_missing()
    {
        folder.Write();
        File.Delete(folder.Workspace["lora/adapter_model.safetensors"]);
        Assert.Equal(DiagnosticCode.AdapterWeightsMissing, Assert.Single(folder.Refuse()).Code);
        File.Delete(folder.Workspace["lora/adapter_config.json"]);
        Assert.Equal(DiagnosticCode.AdapterConfigMissing, Assert.Single(folder.Refuse()).Code);
        Directory.Delete(folder.Workspace["lora"]);
        Assert.Equal(DiagnosticCode.ModelNotFound, Assert.Single(folder.Refuse()).Code);
    }

    [Fact]
    public void What_is_no_json_object_is_refused()
    {
        folder.Write();
        File.WriteAllText(folder.Workspace["lora/adapter_config.json"], "[1]");
        Assert.Equal(DiagnosticCode.JsonInvalid, Assert.Single(folder.Refuse()).Code);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Writes the folder and gives the message of the only error, which stands at the model in the recipe.</summary>
    private string Refuse(DiagnosticCode code, Action change)
    {
        change();
        folder.Write();
        var error = Assert.Single(folder.Refuse());
        Assert.True(code == error.Code, $"expected {code}, got {error}");
        Assert.Equal((2, 19), (error.Position!.Value.Line, error.Position.Value.Column));
        return error.Message;
    }
}
