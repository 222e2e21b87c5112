using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;
using MergeKit.Engine.Tests.Tokenizers;

namespace MergeKit.Engine.Tests.Adapters;

/// <summary>A model with an adapter is a model like any other.</summary>
public sealed class AdapterModelTests : IDisposable
{
    private const string Module = "model.layers.0.q_proj";
    private const string Weight = Module + ".weight";
    private const string Linear = "merge_method: linear\nmodels:\n  - { model: base+lora, parameters: { weight: 0.7 } }\n  - { model: base, parameters: { weight: 0.3 } }\n";
    private readonly AdapterFolder folder = new AdapterFolder().Base(Weight, DType.BF16, [300, 500]).Factors(Module, 300, 500);

    [Theory]
    [InlineData("base_model.model.", "", ".lora_A.default.weight")]
    [InlineData("base_model.model.", "", ".lora_A.weight")]
    [InlineData("base_model.model.model.", "base_model.model.", ".lora_A.weight")]
    [InlineData("base_model.model.", "base_model.model.inner.", ".lora_A.weight")]
    public void Names_are_found_in_all_their_forms(string from, string to, string factor)
    {
        folder.Write();
        var expected = Merged();
        folder.Rename(name => name.Replace(from, to, StringComparison.Ordinal).Replace(".lora_A.weight", factor, StringComparison.Ordinal).Replace(".lora_B.weight", factor.Replace('A', 'B'), StringComparison.Ordinal)).Write();
        Assert.Equal(expected, Merged());
    }

    [Fact]
    public void The_format_of_the_adapters_file_changes_no_byte()
    {
        folder.Write();
        var expected = Merged();
        folder.PickleAdapter();
        Assert.Equal(expected, Merged());
        using var plan = Merger.Plan(folder.Workspace.Request(AdapterFolder.Passthrough));
        Assert.Contains(folder.Workspace["lora/adapter_model.bin"], plan.InputFiles);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 0)]
    [InlineData(2, 4096)]
    [InlineData(2, 12_288)]
    [InlineData(5, 100_000)]
    public void Bytes_do_not_depend_on_threads_or_chunks(int threads, int chunk)
    {
        folder.Set("use_dora", true).Adapter(Module + ".lora_magnitude_vector", DType.F32, [300]).Write();
        foreach (var recipe in new[] { AdapterFolder.Passthrough, Linear })
        {
            folder.Merge(recipe);
            var expected = folder.Bytes(Weight);
            folder.Merge(recipe, request => request with { Threads = threads, ChunkElements = chunk, OutputDirectory = folder.Workspace["models/other"], StateDirectory = folder.Workspace["other"] });
            using var other = Checkpoint.Open(folder.Workspace["models/other"]);
            Assert.Equal(expected, Conformance.MergedTensors.Bytes(other.Tensors[Weight]));
        }
    }

    [Theory]
    [InlineData(false, 33, 17, 4)]
    [InlineData(true, 33, 17, 4)]
    [InlineData(false, 3, 70_001, 2)]
    [InlineData(true, 5, 40_003, 2)]
    public void Any_run_of_elements_has_the_same_bytes(bool transposed, int rows, int columns, int rank)
    {
        var (outputs, inputs) = transposed ? (columns, rows) : (rows, columns);
        using var other = new AdapterFolder().Base(Weight, DType.F32, [rows, columns]).Factors(Module, outputs, inputs, rank).Set("r", rank).Set("fan_in_fan_out", transposed)
            .Set("use_dora", true).Adapter(Module + ".lora_magnitude_vector", DType.F32, [outputs]).Write();
        var all = new byte[rows * columns * sizeof(float)];
        Read(0, all);
        var random = new Random(5);
        for (var i = 0; i < 30; i++)
        {
            var start = random.Next(rows * columns);
            var some = new byte[Math.Min(random.Next(1, i < 20 ? 40 : 80_000), rows * columns - start) * sizeof(float)];
            Read(start, some);
            Assert.True(all.AsSpan(start * sizeof(float), some.Length).SequenceEqual(some));
        }

        // Planned anew every time, so that nothing is known from a former read.
        void Read(long start, byte[] destination)
        {
            using var plan = Merger.Plan(other.Workspace.Request(AdapterFolder.Passthrough));
            plan.Tensors.Single(tensor => tensor.Name == Weight).Models[0].Source.Read(start, destination);
        }
    }

    [Fact]
    public void Adapters_of_one_base_are_merged_like_models()
    {
        folder.Write();
        var first = Difference(folder.Merge(AdapterFolder.Passthrough + "dtype: float32\n")[Weight].Values);
        folder.Adapter(Module + ".lora_B.weight", DType.F32, [300, 4], Noise.Normal(9, 1200)).Write(adapterName: "second");
        var second = Difference(folder.Merge(AdapterFolder.Passthrough.Replace("lora", "second", StringComparison.Ordinal) + "dtype: float32\n")[Weight].Values);
        var merged = Difference(folder.Merge("merge_method: task_arithmetic\nbase_model: base\nmodels: [{ model: base+lora, parameters: { weight: 0.5 } }, { model: base+second, parameters: { weight: -1 } }]\ndtype: float32\n")[Weight].Values);
        for (var i = 0; i < merged.Length; i++)
        {
            Assert.Equal((0.5f * first[i]) - second[i], merged[i], 1e-5);
        }
    }

    [Fact]
    public void An_adapter_is_applied_to_a_stage()
    {
        folder.Write();
        const string Stage = "name: stage\nmerge_method: passthrough\nmodels: [{ model: base }]\n---\n";
        var expected = Merged();
        folder.Merge(Stage + AdapterFolder.Passthrough.Replace("base", "stage", StringComparison.Ordinal));
        Assert.Equal(expected, folder.Bytes(Weight));
        folder.Factors(Module, 300, 499).Write();
        var error = Assert.Single(folder.Refuse(Stage + AdapterFolder.Passthrough.Replace("base", "stage", StringComparison.Ordinal)));
        Assert.Equal((DiagnosticCode.AdapterShapeMismatch, 6), (error.Code, error.Position!.Value.Line));
    }

    [Fact]
    public void A_named_model_may_be_an_adapter()
    {
        folder.Write(adapterName: "elsewhere/lora");
        var expected = Merged("elsewhere/lora");
        folder.Merge(AdapterFolder.Passthrough.Replace("lora", "tuned", StringComparison.Ordinal), request => request with { NamedModels = new Dictionary<string, string> { ["tuned"] = folder.Workspace["elsewhere/lora"] } });
        Assert.Equal(expected, folder.Bytes(Weight));
    }

    [Fact]
    public void A_revision_of_an_adapter_in_a_folder_is_ignored_with_a_warning()
    {
        folder.Write();
        using var plan = Merger.Plan(folder.Workspace.Request(AdapterFolder.Passthrough.Replace("lora", "lora@v2", StringComparison.Ordinal)));
        Assert.Equal((DiagnosticCode.RevisionIgnored, true), (plan.Warnings.Single().Code, plan.Warnings.Single().Message.Contains("'@v2'", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_saved_head_unties_the_embeddings()
    {
        using var tied = new AdapterFolder().Base("model.embed_tokens.weight", DType.F32, [24, 10]).Adapter("lm_head.weight", DType.F32, [24, 10]);
        tied.Config["tie_word_embeddings"] = true;
        var merged = tied.Write().Merge();
        Assert.Equal(tied.BaseValues("model.embed_tokens.weight"), merged["model.embed_tokens.weight"].Values);
        Assert.Equal(tied.AdapterValues("lm_head.weight"), merged["lm_head.weight"].Values);
        Assert.False((bool)JsonNode.Parse(File.ReadAllText(tied.Workspace["models/out/config.json"]))!["tie_word_embeddings"]!);
    }

    [Fact]
    public void The_head_of_a_tied_model_is_its_embedding_plus_the_term()
    {
        using var tied = new AdapterFolder().Base("model.embed_tokens.weight", DType.F32, [24, 10]).Factors("lm_head", 24, 10);
        tied.Config["tie_word_embeddings"] = true;
        var merged = tied.Write().Merge();
        Assert.Equal(tied.BaseValues("model.embed_tokens.weight"), merged["model.embed_tokens.weight"].Values);
        var (expected, magnitudes) = Dense.Add(tied.BaseValues("model.embed_tokens.weight"), tied.AdapterValues("lm_head.lora_A.weight"), tied.AdapterValues("lm_head.lora_B.weight"), 4, 1.5);
        Dense.AssertRounded(expected, magnitudes, merged["lm_head.weight"].Values);
    }

    [Fact]
    public void Files_card_and_provenance_name_the_adapter()
    {
        folder.Write();
        folder.Workspace.Write("lora/README.md", "---\nlicense: mit\n---\n");
        folder.Workspace.Write("base/README.md", "---\nlicense: mit\n---\n");
        folder.Merge();
        using var plan = Merger.Plan(folder.Workspace.Request(AdapterFolder.Passthrough));
        Assert.Equal(
            ["base/README.md", "base/config.json", "base/model.safetensors", "lora/README.md", "lora/adapter_config.json", "lora/adapter_model.safetensors", "recipe.yml"],
            plan.InputFiles.Select(file => Path.GetRelativePath(folder.Workspace.Path, file)));
        var card = File.ReadAllText(folder.Workspace["models/out/README.md"]);
        Assert.Contains("- `base+lora`\n", card, StringComparison.Ordinal);
        Assert.Contains("\nlicense: mit\n", card, StringComparison.Ordinal);
        var provenance = File.ReadAllText(folder.Workspace["models/out/provenance.intoto.json"]);
        Assert.Contains("\"name\": \"lora/adapter_model.safetensors\"", provenance, StringComparison.Ordinal);
        Assert.Contains("\"name\": \"lora/adapter_config.json\"", provenance, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_the_adapter_changes_is_computed_again()
    {
        folder.Base("model.layers.0.k_proj.weight", DType.BF16, [8, 12]).Write();
        var request = folder.Workspace.Request(AdapterFolder.Passthrough);
        MergeWorkspace.Merge(request);
        Assert.Equal(0, MergeWorkspace.Work(request).TensorsToCompute);
        folder.Set("lora_alpha", 7).Write();
        Assert.Equal(1, MergeWorkspace.Work(request).TensorsToCompute);
        folder.Write(adapterName: "copy").Write("other-base");
        Assert.Equal(0, MergeWorkspace.Work(request with { RecipeText = AdapterFolder.Passthrough.Replace("base+lora", "other-base+copy", StringComparison.Ordinal) }).TensorsToCompute);
    }

    [Fact]
    public void Rows_of_tokens_that_an_adapter_adds_are_left_out_with_a_warning_where_its_model_lacks_the_tokens()
    {
        using var folder = new AdapterFolder();
        folder.Config["vocab_size"] = 3;
        folder.Base("model.embed_tokens.weight", DType.F32, [3, 4]).Adapter("model.embed_tokens.weight", DType.F32, [5, 4]).Write();
        folder.Workspace.Write("base/tokenizer.json", TestTokenizer.Letters("abc").Json.ToJsonString());
        folder.Workspace.Write("lora/tokenizer.json", TestTokenizer.Letters("abcde").Json.ToJsonString());

        using var plan = Merger.Plan(folder.Workspace.Request(AdapterFolder.Passthrough + "tokenizer_source: union\n"));

        var warning = Assert.Single(plan.Warnings);
        Assert.Equal(DiagnosticCode.AdapterRowsLeftOut, warning.Code);
        Assert.Contains("base+lora has 5 embedding rows", warning.Message, StringComparison.Ordinal);
        Assert.Contains("only 3 tokens", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Planning_reads_no_tensor_data()
    {
        const long Tokens = 1 << 27;
        var large = TinyModel.Llama().Add("lm_head.weight", Tokens, 4);
        large.Write(folder.Workspace["large"]);
        var layout = SafetensorsHeader.Build("x", [new("base_model.model.lm_head.lora_A.weight", DType.F32, new TensorShape(4, 4)), new("base_model.model.lm_head.lora_B.weight", DType.F32, new TensorShape(Tokens, 4))], null);
        folder.Workspace.Write("lora/adapter_config.json", folder.Settings.ToJsonString());
        using (var file = File.Create(folder.Workspace["lora/adapter_model.safetensors"]))
        {
            file.Write(layout.Header.Span);
            file.SetLength(layout.FileSize);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var plan = Merger.Plan(folder.Workspace.Request(AdapterFolder.Passthrough.Replace("base", "large", StringComparison.Ordinal)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);

        // Reading does not hold the factor of 2 GB either.
        var source = plan.Tensors.Single(tensor => tensor.Name == "lm_head.weight").Models[0].Source;
        source.Read(Tokens * 2, new byte[1 << 20]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 48 << 20);
    }

    public void Dispose() => folder.Dispose();

    private byte[] Merged(string adapter = "lora")
    {
        folder.Merge(AdapterFolder.Passthrough.Replace("lora", adapter, StringComparison.Ordinal));
        return folder.Bytes(Weight);
    }

    private float[] Difference(float[] values) => [.. values.Zip(folder.BaseValues(Weight), (x, y) => x - y)];
}
