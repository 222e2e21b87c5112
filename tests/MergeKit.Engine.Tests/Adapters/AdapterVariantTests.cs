using System.Text.Json.Nodes;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>Every variant of adapters gives what dense merging in float64 gives, rounded once.</summary>
public sealed class AdapterVariantTests : IDisposable
{
    private const string Module = "model.layers.0.q_proj";
    private const string Weight = Module + ".weight";
    private readonly AdapterFolder folder = new();

    [Theory]
    [InlineData(24, 40, 4, DType.F32, DType.F32)]
    [InlineData(40, 24, 4, DType.F32, DType.BF16)]
    [InlineData(1, 300, 7, DType.F32, DType.F16)]
    [InlineData(301, 1, 1, DType.F32, DType.F32)]
    [InlineData(3, 40_000, 2, DType.F32, DType.F32)]
    [InlineData(33, 47, 64, DType.F32, DType.F64)]
    [InlineData(64, 100, 16, DType.BF16, DType.F32)]
    [InlineData(64, 100, 16, DType.BF16, DType.BF16)]
    [InlineData(64, 100, 16, DType.BF16, DType.F8E4M3)]
    public void A_linear_layer_gets_its_scaled_product(int outputs, int inputs, int rank, DType weights, DType factors)
    {
        folder.Base(Weight, weights, [outputs, inputs]).Factors(Module, outputs, inputs, rank, factors).Set("r", rank).Write();
        AssertMerged(rank, 6.0 / rank, false);
    }

    [Theory]
    [InlineData(DType.F16)]
    [InlineData(DType.F64)]
    [InlineData(DType.F8E5M2)]
    public void Other_types_of_weights_keep_their_type(DType dtype)
    {
        folder.Base(Weight, dtype, [8, 12]).Factors(Module, 8, 12).Write();
        Assert.Equal(dtype, folder.Merge()[Weight].DType);
    }

    [Fact]
    public void A_rank_stabilized_adapter_is_divided_by_the_root_of_its_rank()
    {
        folder.Base(Weight, DType.F32, [16, 20]).Factors(Module, 16, 20).Set("use_rslora", true).Write();
        AssertMerged(4, 6 / Math.Sqrt(4), false);
    }

    [Fact]
    public void Alpha_may_be_any_number_and_settings_have_the_defaults_of_peft()
    {
        folder.Base(Weight, DType.F32, [16, 20]).Factors(Module, 16, 20, 8).Set("lora_alpha", -2.5).Write();
        folder.Settings.Remove("r");
        folder.Write();
        AssertMerged(8, -2.5 / 8, false);
        folder.Settings.Remove("lora_alpha");
        folder.Write();
        AssertMerged(8, 1, false);
    }

    [Theory]
    [InlineData(24, 40, false)]
    [InlineData(24, 40, true)]
    [InlineData(32, 32, true)]
    public void A_weight_stored_as_inputs_by_outputs_gets_the_transpose(int outputs, int inputs, bool flag)
    {
        folder.Base(Weight, DType.F32, [inputs, outputs]).Factors(Module, outputs, inputs).Set("fan_in_fan_out", flag).Write();
        AssertMerged(4, 1.5, true);
    }

    [Fact]
    public void A_square_weight_is_stored_as_the_settings_say()
    {
        folder.Base(Weight, DType.F32, [32, 32]).Factors(Module, 32, 32).Set("fan_in_fan_out", false).Write();
        AssertMerged(4, 1.5, false);
    }

    [Fact]
    public void An_embedding_gets_the_transpose()
    {
        folder.Base("model.embed_tokens.weight", DType.F32, [24, 10])
            .Adapter("model.embed_tokens.lora_embedding_A", DType.F32, [4, 24]).Adapter("model.embed_tokens.lora_embedding_B", DType.F32, [10, 4]).Write();
        var (expected, magnitudes) = Dense.Add(
            folder.BaseValues("model.embed_tokens.weight"), folder.AdapterValues("model.embed_tokens.lora_embedding_A"), folder.AdapterValues("model.embed_tokens.lora_embedding_B"), 4, 1.5, true);
        Dense.AssertRounded(expected, magnitudes, folder.Merge()["model.embed_tokens.weight"].Values);
    }

    [Theory]
    [InlineData(24, 40, false, DType.F32)]
    [InlineData(24, 40, true, DType.F32)]
    [InlineData(7, 40_000, false, DType.F32)]
    [InlineData(40_000, 3, true, DType.F32)]
    [InlineData(64, 100, false, DType.BF16)]
    public void Dora_scales_every_output_to_its_magnitude(int outputs, int inputs, bool transposed, DType weights)
    {
        var magnitude = Enumerable.Range(0, outputs).Select(i => 0.5f + i % 7).ToArray();
        folder.Base(Weight, weights, transposed ? [inputs, outputs] : [outputs, inputs]).Factors(Module, outputs, inputs)
            .Adapter($"{Module}.lora_magnitude_vector", DType.F32, [outputs], magnitude).Set("use_dora", true).Set("fan_in_fan_out", transposed).Write();
        AssertMerged(4, 1.5, transposed, magnitude);
    }

    [Fact]
    public void Dora_scales_the_dimensions_of_an_embedding()
    {
        var magnitude = Enumerable.Range(0, 10).Select(i => 0.5f + i).ToArray();
        folder.Base("model.embed_tokens.weight", DType.F32, [24, 10]).Set("use_dora", true)
            .Adapter("model.embed_tokens.lora_embedding_A", DType.F32, [4, 24]).Adapter("model.embed_tokens.lora_embedding_B", DType.F32, [10, 4])
            .Adapter("model.embed_tokens.lora_magnitude_vector", DType.F32, [10], magnitude).Write();
        var (sum, _) = Dense.Add(
            folder.BaseValues("model.embed_tokens.weight"), folder.AdapterValues("model.embed_tokens.lora_embedding_A"), folder.AdapterValues("model.embed_tokens.lora_embedding_B"), 4, 1.5, true);
        var expected = Dense.Normalize(sum, magnitude, true);
        Dense.AssertRounded(expected, Array.ConvertAll(expected, Math.Abs), folder.Merge()["model.embed_tokens.weight"].Values);
    }

    [Fact]
    public void A_convolution_gets_the_product_of_its_flattened_factors()
    {
        folder.Base(Weight, DType.F32, [6, 5, 3, 3])
            .Adapter($"{Module}.lora_A.weight", DType.F32, [4, 5, 3, 3]).Adapter($"{Module}.lora_B.weight", DType.F32, [6, 4, 1, 1]).Write();
        AssertMerged(4, 1.5, false);
    }

    [Fact]
    public void Patterns_give_modules_their_own_rank_and_alpha()
    {
        foreach (var (name, rank) in new[] { ("q_proj", 4), ("k_proj", 2), ("v_proj", 8) })
        {
            folder.Base($"model.layers.0.{name}.weight", DType.F32, [16, 20]).Factors($"model.layers.0.{name}", 16, 20, rank);
        }

        folder.Set("rank_pattern", JsonNode.Parse("""{"k_proj": 2, "layers.0.(v|w)_proj": 8}""")).Set("alpha_pattern", JsonNode.Parse("""{"^model.layers.0.v_proj": 2.5, ".*_proj": 3}""")).Write();
        var merged = folder.Merge();
        foreach (var (name, rank, alpha) in new[] { ("q_proj", 4, 3), ("k_proj", 2, 3), ("v_proj", 8, 2.5) })
        {
            var (expected, magnitudes) = Reference($"model.layers.0.{name}", rank, alpha / rank, false);
            Dense.AssertRounded(expected, magnitudes, merged[$"model.layers.0.{name}.weight"].Values);
        }
    }

    [Theory]
    [InlineData("model.layers.0.q_proj.bias")]
    [InlineData("model.layers.0.q_proj.base_layer.bias")]
    public void Biases_of_the_adapter_replace_those_of_the_model(string name)
    {
        folder.Base(Weight, DType.F32, [8, 12]).Base(Module + ".bias", DType.F32, [8]).Factors(Module, 8, 12).Adapter(name, DType.F32, [8]).Set("bias", "lora_only").Write();
        Assert.Equal(folder.AdapterValues(name), folder.Merge()[Module + ".bias"].Values);
        AssertMerged(4, 1.5, false);
    }

    [Fact]
    public void The_bias_of_a_factor_is_added_with_the_same_scale()
    {
        folder.Base(Weight, DType.F32, [8, 12]).Base(Module + ".bias", DType.F32, [8]).Factors(Module, 8, 12).Adapter(Module + ".lora_B.bias", DType.F32, [8]).Set("lora_bias", true).Write();
        var expected = folder.BaseValues(Module + ".bias").Zip(folder.AdapterValues(Module + ".lora_B.bias"), (x, y) => (float)(x + 1.5 * y));
        Assert.Equal(expected, folder.Merge()[Module + ".bias"].Values);
    }

    [Theory]
    [InlineData("lm_head.weight")]
    [InlineData("lm_head.modules_to_save.weight")]
    [InlineData("lm_head.modules_to_save.default.weight")]
    public void Saved_modules_replace_those_of_the_model(string name)
    {
        folder.Base("lm_head.weight", DType.BF16, [24, 10]).Base("model.embed_tokens.weight", DType.BF16, [24, 10]).Adapter(name, DType.F32, [24, 10])
            .Adapter("lm_head.original_module.weight", DType.F32, [24, 10]).Set("modules_to_save", new JsonArray("lm_head")).Write();
        var (dtype, values) = folder.Merge()["lm_head.weight"];
        Assert.Equal(DType.BF16, dtype);
        Dense.AssertRounded(DType.BF16, Array.ConvertAll(folder.AdapterValues(name), value => (double)value), values);
    }

    [Fact]
    public void A_term_is_added_to_what_replaces_the_weight()
    {
        folder.Base("model.embed_tokens.weight", DType.F32, [24, 10]).Base("lm_head.weight", DType.F32, [24, 10])
            .Adapter("model.embed_tokens.base_layer.weight", DType.F32, [26, 10]).Adapter("lm_head.weight", DType.F32, [26, 10])
            .Adapter("model.embed_tokens.lora_embedding_A", DType.F32, [4, 26]).Adapter("model.embed_tokens.lora_embedding_B", DType.F32, [10, 4]).Write();
        var (expected, magnitudes) = Dense.Add(
            folder.AdapterValues("model.embed_tokens.base_layer.weight"), folder.AdapterValues("model.embed_tokens.lora_embedding_A"), folder.AdapterValues("model.embed_tokens.lora_embedding_B"), 4, 1.5, true);
        Dense.AssertRounded(expected, magnitudes, folder.Merge()["model.embed_tokens.weight"].Values);
        Assert.Equal(26, (int)JsonNode.Parse(File.ReadAllText(folder.Workspace["models/out/config.json"]))!["vocab_size"]!);
    }

    [Fact]
    public void What_the_adapter_does_not_change_is_the_model_bit_for_bit()
    {
        folder.Base(Weight, DType.BF16, [8, 12]).Base("model.norm.weight", DType.BF16, [12]).Base("model.layers.0.k_proj.weight", DType.F16, [8, 12]).Factors(Module, 8, 12).Write();
        var merged = folder.Merge();
        Assert.Equal((DType.BF16, DType.F16), (merged["model.norm.weight"].DType, merged["model.layers.0.k_proj.weight"].DType));
        Assert.Equal(folder.BaseValues("model.norm.weight"), merged["model.norm.weight"].Values);
        Assert.Equal(folder.BaseValues("model.layers.0.k_proj.weight"), merged["model.layers.0.k_proj.weight"].Values);
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    public void The_type_for_adapters_rounds_the_whole_model(DType dtype)
    {
        folder.Base(Weight, DType.F32, [64, 100]).Base("model.norm.weight", DType.F32, [12]).Factors(Module, 64, 100).Write();
        var merged = folder.Merge(change: request => request with { LoraDType = dtype });
        Assert.All(merged.Values, tensor => Assert.Equal(dtype, tensor.DType));
        var (expected, _) = Reference(Module, 4, 1.5, false);
        var rounded = Array.ConvertAll(expected, value => (float)value);
        FloatCodec.Round(dtype, rounded);
        Assert.Equal(rounded, merged[Weight].Values);
    }

    [Fact]
    public void A_merge_computes_with_unrounded_weights()
    {
        folder.Base(Weight, DType.BF16, [64, 100]).Factors(Module, 64, 100).Write();
        var (sum, _) = Reference(Module, 4, 1.5, false);
        var expected = sum.Zip(folder.BaseValues(Weight), (adapted, origin) => origin + 3.7 * (adapted - origin)).ToArray();
        var merged = folder.Merge("merge_method: task_arithmetic\nbase_model: base\nmodels: [{ model: base+lora, parameters: { weight: 3.7 } }]\n");
        Assert.Equal(DType.BF16, merged[Weight].DType);
        Dense.AssertRounded(DType.BF16, expected, merged[Weight].Values);
    }

    public void Dispose() => folder.Dispose();

    private (double[] Values, double[] Magnitudes) Reference(string module, int rank, double scale, bool transposed) =>
        Dense.Add(folder.BaseValues(module + ".weight"), folder.AdapterValues(module + ".lora_A.weight"), folder.AdapterValues(module + ".lora_B.weight"), rank, scale, transposed);

    private void AssertMerged(int rank, double scale, bool transposed, float[]? magnitude = null)
    {
        var (expected, magnitudes) = Reference(Module, rank, scale, transposed);
        if (magnitude is not null)
        {
            expected = Dense.Normalize(expected, magnitude, transposed);
            magnitudes = Array.ConvertAll(expected, Math.Abs);
        }

        var (dtype, values) = folder.Merge()[Weight];
        if (dtype == DType.F32)
        {
            Dense.AssertRounded(expected, magnitudes, values);
        }
        else
        {
            Dense.AssertRounded(dtype, expected, values);
        }
    }
}
