using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Checkpoints;

public sealed class CheckpointIndexTests : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly TemporaryFolder folder = new();

    public CheckpointIndexTests()
    {
        new SafetensorsBuilder().Add("a", DType.F32, [1], 1f).Write(folder["x.safetensors"]);
        new SafetensorsBuilder().Add("b", DType.F32, [1], 1f).Write(folder["y.safetensors"]);
    }

    [Fact]
    public void An_index_may_name_its_shards_freely()
    {
        folder.Write(IndexName, """{"metadata":{"total_size":8},"weight_map":{"a":"x.safetensors","b":"y.safetensors"}}""");
        using var checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal([folder["x.safetensors"], folder["y.safetensors"], folder[IndexName]], checkpoint.Files);
    }

    [Theory]
    [InlineData("[]", DiagnosticCode.JsonInvalid, "object")]
    [InlineData("{\n \"weight_map\": {,}}", DiagnosticCode.JsonInvalid, "line 2, column 17")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}""", DiagnosticCode.JsonInvalid, "a")]
    [InlineData("{}", DiagnosticCode.IndexInvalid, "weight_map")]
    [InlineData("""{"weight_map":[]}""", DiagnosticCode.IndexInvalid, "weight_map")]
    [InlineData("""{"weight_map":{}}""", DiagnosticCode.IndexInvalid, "empty")]
    [InlineData("""{"weight_map":{"a":1}}""", DiagnosticCode.IndexInvalid, "'a', found 1")]
    [InlineData("""{"weight_map":{"a":null}}""", DiagnosticCode.IndexInvalid, "'a', found null")]
    [InlineData("""{"weight_map":{"a":{}}}""", DiagnosticCode.IndexInvalid, "'a', found {}")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","b":"z.safetensors"}}""", DiagnosticCode.ShardMissing, "'z.safetensors'")]
    [InlineData("""{"weight_map":{"a":"x.safetensors","b":"y.safetensors","c":"y.safetensors"}}""", DiagnosticCode.TensorNotInShard, "'c'")]
    [InlineData("""{"weight_map":{"a":"x.safetensors"}}""", null, "")]
    public void A_wrong_index_has_its_code(string json, DiagnosticCode? code, string text)
    {
        folder.Write(IndexName, json);
        if (code is { } expected)
        {
            var message = MergeErrors.Single(expected, Open);
            Assert.Contains(text, message, StringComparison.Ordinal);
            Assert.Contains(folder.Path, message, StringComparison.Ordinal);
        }
        else
        {
            Open();
        }
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_list_is_an_error()
    {
        new SafetensorsBuilder().Add("a", DType.F32, [1], 1f).Add("extra", DType.F32, [1], 1f).Write(folder["x.safetensors"]);
        folder.Write(IndexName, """{"weight_map":{"a":"x.safetensors"}}""");
        Assert.Contains("'extra'", MergeErrors.Single(DiagnosticCode.TensorNotInIndex, Open), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_in_another_shard_than_the_index_says_is_an_error()
    {
        folder.Write(IndexName, """{"weight_map":{"a":"y.safetensors","b":"x.safetensors"}}""");
        var errors = Assert.Throws<MergeException>(Open).Diagnostics;
        Assert.Equal([DiagnosticCode.TensorNotInShard, DiagnosticCode.TensorNotInShard], errors.Select(e => e.Code));
    }

    [Fact]
    public void All_missing_shards_are_named()
    {
        folder.Write(IndexName, """{"weight_map":{"a":"p.safetensors","b":"q.safetensors"}}""");
        var errors = Assert.Throws<MergeException>(Open).Diagnostics;
        Assert.All(errors, error => Assert.Equal(DiagnosticCode.ShardMissing, error.Code));
        Assert.Equal(2, errors.Count);
    }

    [Theory]
    [InlineData("../x.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("sub\\\\x.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("C:x.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("x\\u0000.safetensors")]
    public void A_shard_outside_the_folder_is_refused(string shard)
    {
        folder.Write(IndexName, $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        var message = MergeErrors.Single(DiagnosticCode.ShardNameUnsafe, Open);
        Assert.Contains(folder[IndexName], message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void Open() => Checkpoint.Open(folder.Path).Dispose();
}
