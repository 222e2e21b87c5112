using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Models;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Models;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_model_folder_gives_its_configuration()
    {
        var path = Repository.PathOf("tests", "conformance", "models", "base");
        var model = ModelFolder.Open(path + "/");
        Assert.Equal(path, model.Path);
        Assert.Equal("llama", model.Config.ModelType);
        Assert.Equal(["LlamaForCausalLM"], model.Config.Architectures);
        Assert.Equal(4, model.Config.GetInt("num_hidden_layers"));
        Assert.False(model.Config.TieWordEmbeddings);
        Assert.Null(model.Config.QuantizationMethod);
    }

    [Fact]
    public void Numbers_and_key_order_survive_a_change_and_a_rewrite()
    {
        var config = Read("""{"z":1e-05,"a":10000.0,"n":{"big":12345678901234567890123,"x":1E+2},"e":"é"}""");
        config.Json["z2"] = 1;
        Assert.Equal(
            """{"z":1e-05,"a":10000.0,"n":{"big":12345678901234567890123,"x":1E+2},"e":"\u00E9","z2":1}""", config.Json.ToJsonString());
    }

    [Fact]
    public void Absent_and_ill_typed_values_are_null()
    {
        var config = Read("""{"model_type":1,"architectures":["A",2,null],"tie_word_embeddings":"yes","a":1.5,"b":99999999999,"c":"3"}""");
        Assert.Null(config.ModelType);
        Assert.Equal(["A"], config.Architectures);
        Assert.Null(config.TieWordEmbeddings);
        Assert.All(new[] { "a", "b", "c", "d" }, name => Assert.Null(config.GetInt(name)));
        Assert.Empty(Read("{}").Architectures);
    }

    [Theory]
    [InlineData("""{"tie_word_embeddings":true,"text_config":{"tie_word_embeddings":false}}""", true)]
    [InlineData("""{"text_config":{"tie_word_embeddings":true}}""", true)]
    [InlineData("""{"text_config":1}""", null)]
    public void Tied_embeddings_are_told_by_the_model_then_by_its_text_part(string json, bool? tied) =>
        Assert.Equal(tied, Read(json).TieWordEmbeddings);

    [Theory]
    [InlineData("", "line 1, column 1")]
    [InlineData("null", "object")]
    [InlineData("[1]", "object")]
    [InlineData("{\n  \"a\": 1,\n}", "line 3, column 1")]
    [InlineData("{\"a\": Nan}", "line 1, column 7")]
    [InlineData("{\"a\": 1, \"a\": 2}", "'a'")]
    [InlineData("{\n \"a\": \"\\ud800\"}", "line 2, column 7")]
    public void Invalid_json_is_reported_with_file_line_and_column(string json, string text)
    {
        var message = MergeErrors.Single(DiagnosticCode.JsonInvalid, () => Read(json));
        Assert.Contains(folder["config.json"], message, StringComparison.Ordinal);
        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_beyond_the_cap_is_invalid() =>
        MergeErrors.Single(DiagnosticCode.JsonInvalid, () => Read($"{{\"a\":{new string('[', 100_000)}"));

    [Fact]
    public void Text_that_is_not_utf8_is_invalid()
    {
        var path = folder.Write("config.json", [(byte)'{', (byte)'"', 0xC0, (byte)'"']);
        Assert.Contains("UTF-8", MergeErrors.Single(DiagnosticCode.JsonInvalid, () => ModelConfig.Read(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_configuration_is_reported() =>
        Assert.Contains(folder["config.json"], MergeErrors.Single(DiagnosticCode.ModelConfigMissing, () => ModelFolder.Open(folder.Path)), StringComparison.Ordinal);

    [Fact]
    public void A_configuration_over_the_cap_is_not_read()
    {
        using (var file = File.Create(folder["config.json"]))
        {
            file.SetLength((16 << 20) + 1);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MergeErrors.Single(DiagnosticCode.JsonTooLarge, () => ModelFolder.Open(folder.Path));
        Assert.Contains("16777217", message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    public void Dispose() => folder.Dispose();

    private ModelConfig Read(string json) => ModelConfig.Read(folder.Write("config.json", json));
}
