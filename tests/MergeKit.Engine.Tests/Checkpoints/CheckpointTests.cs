using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_single_file_is_opened()
    {
        Shard("model.safetensors", "a", "b");
        Shard("other.safetensors", "c");
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(folder.Path, checkpoint.Folder);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys.Order());
        Assert.Equal([folder["model.safetensors"]], checkpoint.Files);
    }

    [Fact]
    public void Shards_of_an_index_are_joined()
    {
        using var checkpoint = Checkpoint.Open(Repository.PathOf("tests", "conformance", "models", "code"));
        Assert.Equal(
            [
                "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors",
                "model.safetensors.index.json",
            ],
            checkpoint.Files.Select(Path.GetFileName));
        Assert.Equal(39, checkpoint.Tensors.Count);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("consolidated.safetensors")]
    [InlineData("model-00001-of-00001.safetensors")]
    public void One_file_of_any_name_is_the_checkpoint(string name)
    {
        Shard(name, "a");
        Shard("adapter_model.safetensors", "lora");
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(["a"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Consolidated_files_count_only_when_alone()
    {
        Shard("consolidated.safetensors", "c");
        Shard("pytorch.safetensors", "a");
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(["a"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Numbered_shards_need_no_index_when_complete()
    {
        Shard("model-00001-of-00002.safetensors", "a");
        Shard("model-00002-of-00002.safetensors", "b");
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys.Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_missing_number_is_named(int missing)
    {
        foreach (var number in new[] { 1, 2, 3 }.Where(number => number != missing))
        {
            Shard($"model-0000{number}-of-00003.safetensors", $"t{number}");
        }

        var message = MergeErrors.Single(DiagnosticCode.ShardMissing, Open);
        Assert.Contains($"model-0000{missing}-of-00003.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("2 of 3", message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.safetensors", "b.safetensors")]
    [InlineData("model-00001-of-00002.safetensors", "other-00002-of-00002.safetensors")]
    [InlineData("model-00001-of-00002.safetensors", "model-00003-of-00002.safetensors")]
    public void Files_that_do_not_say_that_they_belong_together_are_ambiguous(string first, string second)
    {
        Shard(first, "a");
        Shard(second, "b");
        var message = MergeErrors.Single(DiagnosticCode.WeightsAmbiguous, Open);
        Assert.Contains(first, message, StringComparison.Ordinal);
        Assert.Contains(second, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_an_error()
    {
        Shard("model-00001-of-00002.safetensors", "a");
        Shard("model-00002-of-00002.safetensors", "a");
        var message = MergeErrors.Single(DiagnosticCode.TensorInSeveralShards, Open);
        Assert.Contains("'a'", message, StringComparison.Ordinal);
        Assert.Contains(folder["model-00001-of-00002.safetensors"], message, StringComparison.Ordinal);
        Assert.Contains(folder["model-00002-of-00002.safetensors"], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin", DiagnosticCode.ContainerUnknown)]
    [InlineData("model.pt", DiagnosticCode.ContainerUnknown)]
    [InlineData("model.pth", DiagnosticCode.ContainerUnknown)]
    [InlineData("model.Q4_K_M.gguf", DiagnosticCode.WeightsAreGguf)]
    [InlineData("adapter_model.safetensors", DiagnosticCode.WeightsAreAdapter)]
    [InlineData("adapter_model.bin", DiagnosticCode.WeightsAreAdapter)]
    [InlineData("training_args.bin", DiagnosticCode.WeightsMissing)]
    [InlineData("README.md", DiagnosticCode.WeightsMissing)]
    public void A_folder_without_safetensors_weights_says_what_it_has(string file, DiagnosticCode code)
    {
        folder.Write(file, "x");
        var message = MergeErrors.Single(code, Open);
        Assert.Contains(folder.Path, message, StringComparison.Ordinal);
        Assert.Contains(code == DiagnosticCode.WeightsMissing ? "model.safetensors.index.json" : file, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"quantization_config": {"quant_method": "gptq"}}""", "gptq")]
    [InlineData("""{"quantization_config": {"quant_method": "awq", "bits": 4}}""", "awq")]
    [InlineData("""{"quantization_config": {}}""", "unknown method")]
    public void Quantized_weights_are_refused(string config, string method)
    {
        folder.Write("config.json", config);
        Shard("model.safetensors", "a");
        Assert.Contains($"'{method}'", MergeErrors.Single(DiagnosticCode.WeightsAreQuantized, Open), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quantize_config.json", "GPTQ")]
    [InlineData("quant_config.json", "AWQ")]
    public void Quantized_weights_are_refused_by_the_older_files_of_their_settings(string file, string method)
    {
        folder.Write("config.json", "{}");
        folder.Write(file, """{"bits": 4}""");
        Shard("model.safetensors", "a");
        var message = MergeErrors.Single(DiagnosticCode.WeightsAreQuantized, Open);
        Assert.Contains($"{file} is a file of {method}", message, StringComparison.Ordinal);
        Assert.Contains("use the model they were made from", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("l.qweight", "l.qzeros", true)]
    [InlineData("l.qweight", "l.scales", true)]
    [InlineData("l.qweight", "m.scales", false)]
    [InlineData("l.weight", "l.scales", false)]
    public void Quantized_weights_are_refused_by_the_names_of_their_tensors(string codes, string scales, bool isRefused)
    {
        Shard("model-00001-of-00002.safetensors", codes);
        Shard("model-00002-of-00002.safetensors", scales);
        if (isRefused)
        {
            Assert.Contains("'l.qweight'", MergeErrors.Single(DiagnosticCode.WeightsAreQuantized, Open), StringComparison.Ordinal);
        }
        else
        {
            Open();
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_not_readable() =>
        MergeErrors.Single(DiagnosticCode.FileNotReadable, () => Checkpoint.Open(folder["none"]));

    [Fact]
    public void Files_may_be_links_as_in_the_hub_cache()
    {
        using var blobs = new TemporaryFolder();
        var blob = new SafetensorsBuilder().Add("a", DType.F32, [1], 1f).Write(blobs["0123abcd"]);
        File.CreateSymbolicLink(folder["model.safetensors"], blob);
        using var checkpoint = Checkpoint.Open(folder.Path);
        var data = new byte[4];
        checkpoint.Tensors["a"].Read(0, data);
        Assert.Equal(1f, BitConverter.ToSingle(data));
    }

    [Fact]
    public void Files_are_closed_when_one_of_them_is_bad()
    {
        Shard("model-00001-of-00002.safetensors", "a");
        folder.Write("model-00002-of-00002.safetensors", "bad");
        MergeErrors.Single(DiagnosticCode.SafetensorsHeaderCut, Open);
        using var exclusive = new FileStream(folder["model-00001-of-00002.safetensors"], FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(exclusive.CanWrite);
    }

    public void Dispose() => folder.Dispose();

    private void Open() => Checkpoint.Open(folder.Path).Dispose();

    private void Shard(string name, params string[] tensors)
    {
        var builder = new SafetensorsBuilder();
        foreach (var tensor in tensors)
        {
            builder.Add(tensor, DType.F32, [1], 1f);
        }

        builder.Write(folder[name]);
    }
}
