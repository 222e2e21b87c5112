using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Values of merges that mergekit refuses without need and that have no reference, computed here by plain loops.</summary>
public sealed class AcceptedMergeTests
{
    private const string Embedding = "model.embed_tokens.weight";

    private readonly Dictionary<string, Dictionary<string, float[]>> models = new(StringComparer.Ordinal);

    [Fact]
    public void Bert_models_that_differ_in_names_are_merged_tensor_by_tensor()
    {
        var (merged, shapes) = Merge("bert-aliases");
        var (origin, tuned) = (Model("bert-base"), Model("bert-a").ToDictionary(
            tensor => tensor.Key["bert.".Length..].Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal).Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal),
            tensor => tensor.Value));

        Assert.Equal(origin.Keys.Order(StringComparer.Ordinal), merged.Keys.Order(StringComparer.Ordinal));
        Assert.All(merged, tensor => AssertClose(origin[tensor.Key].Zip(tuned[tensor.Key], (x, y) => x + (0.8 * (y - x))), tensor.Value, DType.F16));
        Assert.Equal(new TensorShape(64, 16), shapes["embeddings.word_embeddings.weight"]);
    }

    [Fact]
    public void A_token_of_kind_zero_is_zero_in_embedding_and_head_and_no_other_is()
    {
        var (merged, shapes) = Merge("error-token-zero-kind");
        var inputs = new[] { Model("base"), Model("chat-ext"), Model("code-ext") };

        Assert.All(new[] { Embedding, "lm_head.weight" }, name =>
        {
            Assert.Equal(new TensorShape(68, 32), shapes[name]);
            var rows = merged[name].Chunk(32).ToArray();
            Assert.All(rows[67], value => Assert.Equal(0, value));
            Assert.All(rows[..67], row => Assert.Contains(row, value => value != 0));
            for (var token = 0; token < 64; token++)
            {
                var row = inputs.Select(input => input[name].AsSpan(token * 32, 32).ToArray()).ToArray();
                AssertClose(Enumerable.Range(0, 32).Select(i => ((0.4 * row[0][i]) + (0.5 * row[1][i]) + (0.5 * row[2][i])) / 1.4), rows[token], DType.BF16);
            }
        });
    }

    [Fact]
    public void A_new_token_on_the_bases_vocabulary_has_the_embedding_it_was_given()
    {
        var (merged, shapes) = Merge("tokenizer-new-token-base");
        var (origin, tuned) = (Model("base"), Model("chat-ext"));

        Assert.Equal(new TensorShape(65, 32), shapes[Embedding]);
        AssertClose(origin[Embedding][64..96].Select(value => (double)value), merged[Embedding][(64 * 32)..], DType.BF16);
        Assert.All(merged, tensor => AssertClose(
            origin[tensor.Key].Zip(tuned[tensor.Key], (x, y) => x + (0.5 * (y - x))), tensor.Value[..origin[tensor.Key].Length], DType.BF16));
    }

    [Fact]
    public void An_adapter_is_added_while_its_model_is_read()
    {
        var (merged, shapes) = Merge("error-lora-without-cache");
        var (origin, adapter) = (Model("base-f32"), Model("lora"));
        var changed = 0;

        Assert.All(merged, tensor =>
        {
            var module = "base_model.model." + tensor.Key[..^".weight".Length];
            var expected = Array.ConvertAll(origin[tensor.Key], value => (double)value);
            if (adapter.TryGetValue(module + ".lora_A.weight", out var a))
            {
                var (b, columns) = (adapter[module + ".lora_B.weight"], (int)shapes[tensor.Key][1]);
                for (var i = 0; i < expected.Length; i++)
                {
                    expected[i] += 8.0 / 4 * Enumerable.Range(0, 4).Sum(rank => (double)b[(i / columns * 4) + rank] * a[(rank * columns) + (i % columns)]);
                }

                changed++;
            }

            AssertClose(expected, tensor.Value, DType.F32);
        });
        Assert.Equal(adapter.Count, 2 * changed);
    }

    private static (Dictionary<string, float[]> Values, Dictionary<string, TensorShape> Shapes) Merge(string name)
    {
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(ConformanceCase.Load(name), Deviation.None, output["out"]);
        using var merged = Checkpoint.Open(output["out"]);
        return (Floats(merged.Tensors), merged.Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape));
    }

    private Dictionary<string, float[]> Model(string name)
    {
        if (!models.TryGetValue(name, out var tensors))
        {
            var folder = Repository.PathOf("tests", "conformance", "models", name);
            using var model = File.Exists(Path.Combine(folder, "adapter_config.json")) ? Checkpoint.OpenAdapter(folder) : Checkpoint.Open(folder);
            models[name] = tensors = Floats(model.Tensors);
        }

        return tensors;
    }

    private static Dictionary<string, float[]> Floats(IReadOnlyDictionary<string, TensorSource> tensors) =>
        tensors.Where(tensor => tensor.Value.DType.IsFloat()).ToDictionary(tensor => tensor.Key, tensor => MergedTensors.Floats(tensor.Value), StringComparer.Ordinal);

    /// <summary>Elements are the expected ones within one step of the type.</summary>
    private static void AssertClose(IEnumerable<double> expected, float[] actual, DType dtype)
    {
        var step = dtype == DType.BF16 ? 1.0 / 128 : dtype == DType.F16 ? 1.0 / 1024 : 1e-6;
        Assert.Equal(expected.ToArray(), actual.Select(value => (double)value).ToArray(), (x, y) => Math.Abs(x - y) <= (step * Math.Abs(x)) + 1e-7);
    }
}
