using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Numerics;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>What the rows of embeddings and heads are made of.</summary>
public sealed class TokenEmbeddingTests : IDisposable
{
    private readonly VocabularyWorkspace models = new();

    [Fact]
    public void A_token_that_some_models_lack_is_the_mean_of_the_others_and_the_bases_where_that_has_it()
    {
        AddThree();

        models.Merge(Recipe("a: 1, b: 0, c: 0") + "tokenizer_source: union\n");
        Assert.Equal((1002f, 2500f + 1.5f), (models.ByToken()["<a>"], models.ByToken()["<bc>"]));

        models.Merge("base_model: ./b\n" + Recipe("a: 1, b: 0, c: 0") + "tokenizer_source: union\n");
        Assert.Equal(2002f, models.ByToken()["<bc>"]);
    }

    [Fact]
    public void Heads_and_their_biases_follow_the_embeddings()
    {
        AddThree();

        models.Merge(Recipe("a: 0, b: 1, c: 0") + "tokenizer_source: union\n");

        Assert.Equal([2000, 2001, 1002, 2002, 3002], models.FirstColumn());
        Assert.Equal([2000.5f, 2001.5f, 1002.5f, 2002.5f, 3002.5f], models.FirstColumn("lm_head.weight"));
        Assert.Equal([2000.25f, 2001.25f, 1002.25f, 2002.25f, 3002.25f], models.FirstColumn("lm_head.bias"));
    }

    [Fact]
    public void A_model_without_head_lends_its_embedding()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ba").Added("<b>"), tied: true);

        models.Merge(Recipe("a: 1, b: 3") + "tokenizer_source: union\n");

        Assert.Equal([(1000.5f + (3 * 2001)) / 4, (1001.5f + (3 * 2000)) / 4, 2002], models.FirstColumn("lm_head.weight"));
    }

    [Fact]
    public void Rows_beyond_the_tokens_are_the_mean_of_the_others()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("abc"));

        models.Merge(Recipe("a: 1") + "tokenizer: {source: base, pad_to_multiple_of: 4}\n");

        Assert.Equal([1000, 1001, 1002, 1001], models.FirstColumn());
        Assert.Equal(4, (int)models.Json("config.json")["vocab_size"]!);
    }

    [Fact]
    public void The_largest_padding_is_made_of_means()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("abc"));

        models.Merge(Recipe("a: 1") + "tokenizer: {source: base, pad_to_multiple_of: 65536}\n");

        Assert.Equal([1000, 1001, 1002, .. Enumerable.Repeat(1001f, 65533)], models.FirstColumn());
    }

    [Fact]
    public void Rows_that_padded_embeddings_have_beyond_the_tokens_are_dropped()
    {
        models.Add("a", 1, 8, TestTokenizer.Letters("abc"));
        models.Add("b", 2, 8, TestTokenizer.Letters("abc"));

        models.Merge(Recipe("a: 1, b: 0") + "tokenizer_source: base\n");

        Assert.Equal([1000, 1001, 1002], models.FirstColumn());
        Assert.Equal(3, (int)models.Json("config.json")["vocab_size"]!);
    }

    [Fact]
    public void Numbers_without_a_token_get_the_mean()
    {
        models.Add("a", 1, 4, null);
        models.Write("a/tokenizer.json", """{"added_tokens": [], "model": {"type": "BPE", "vocab": {"a": 0, "b": 3}, "merges": []}}""");

        models.Merge(Recipe("a: 1") + "tokenizer_source: base\n");

        Assert.Equal([1000, 1001.5f, 1001.5f, 1003], models.FirstColumn());
    }

    [Fact]
    public void Tokens_take_their_embedding_from_where_the_block_says()
    {
        AddThree();

        models.Merge(Recipe("a: 1, b: 0, c: 0") + """
            tokenizer:
              tokens:
                <a>: {source: {kind: zero}, force: true}
                <bc>: {source: ./c}
                <c>: {source: {kind: model_token, model: ./b, token: <bc>}}
                <new>: {source: {kind: model_token, model: ./b, token_id: 0}}
                <zero>: {source: {kind: zero}}
                b: {source: ./c, force: true}

            """);

        var rows = models.ByToken();
        Assert.Equal([1000, 3000, 0, 3001, 2002, 2000, 0], new[] { "a", "b", "<a>", "<bc>", "<c>", "<new>", "<zero>" }.Select(token => rows[token]));
        Assert.DoesNotContain(models.Json("tokenizer.json")["added_tokens"]!.AsArray(), token => (string?)token!["content"] == "b");
    }

    [Fact]
    public void Computed_rows_are_rounded_once_and_the_output_keeps_the_models_type()
    {
        AddThree(DType.BF16);

        models.Merge(Recipe("a: 1, b: 0, c: 0") + "tokenizer_source: union\n");
        Assert.Equal("bfloat16", (string?)models.Json("config.json")["torch_dtype"]);
        var mean = new[] { BFloat16(2002), BFloat16(3001) }.Average();
        Assert.Equal(BFloat16(mean), models.ByToken()["<bc>"]);

        models.Merge(Recipe("a: 1, b: 0, c: 0") + "tokenizer_source: union\nout_dtype: float32\n");
        Assert.Equal(mean, models.ByToken()["<bc>"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Rows_are_the_same_however_they_are_read(int chunk)
    {
        AddThree(DType.F16);
        var recipe = Recipe("a: 0.25, b: 0.5, c: 0.25") + "tokenizer: {source: union, pad_to_multiple_of: 8}\n";
        models.Merge(recipe);
        var expected = models.FirstColumn();

        using (var plan = Merger.Plan(models.Request(recipe) with { ChunkElements = chunk, Threads = 3, OutputDirectory = models["again"], StateDirectory = models["again.state"] }))
        {
            Merger.Execute(plan);
        }

        Assert.Equal(File.ReadAllBytes(Path.Combine(models.Output, "model.safetensors")), File.ReadAllBytes(models["again/model.safetensors"]));
        Assert.Equal(8, expected.Length);
    }

    [Fact]
    public void A_model_without_tokenizer_is_taken_to_number_tokens_like_the_base()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("abc"));
        models.Add("b", 2, 2, null);

        var result = models.Merge("base_model: ./a\n" + Recipe("a: 0, b: 1") + "tokenizer_source: base\n");

        Assert.Contains(result.Warnings, warning => warning.Code == DiagnosticCode.TokenizerAssumed);
        Assert.Equal([2000, 2001, 1002], models.FirstColumn());
    }

    [Fact]
    public void Tokens_without_embeddings_are_left_out_everywhere()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<s>").Added("<pad>"));
        models.Write("a/tokenizer_config.json", """{"bos_token": "<s>", "pad_token": {"content": "<pad>"}, "additional_special_tokens": ["<s>", "<pad>"]}""");
        models.Write("a/special_tokens_map.json", """{"bos_token": "<s>", "pad_token": "<pad>"}""");

        var result = models.Merge(Recipe("a: 1") + "tokenizer_source: base\n");

        Assert.Contains(result.Warnings, warning => warning.Code == DiagnosticCode.TokensBeyondVocabulary);
        Assert.Equal(["a", "b", "<s>"], models.Ids().OrderBy(token => token.Value).Select(token => token.Key));
        Assert.Equal("""["<s>"]""", VocabularyWorkspace.Compact(models.Json("tokenizer_config.json")["additional_special_tokens"]));
        Assert.False(models.Json("tokenizer_config.json").ContainsKey("pad_token"));
        Assert.Equal("""{"bos_token":"<s>"}""", VocabularyWorkspace.Compact(models.Json("special_tokens_map.json")));
        Assert.Equal([1000, 1001, 1002], models.FirstColumn());
    }

    [Fact]
    public void Pieces_without_embeddings_are_left_out_with_the_merges_that_make_them()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Merge("a", "b").Merge("ab", "a").Merge("aba", "b"));

        models.Merge(Recipe("a: 1") + "tokenizer_source: base\n");

        var model = models.Json("tokenizer.json")["model"]!;
        Assert.Equal("""{"a":0,"b":1,"ab":2}""", VocabularyWorkspace.Compact(model["vocab"]));
        Assert.Equal("""[["a","b"]]""", VocabularyWorkspace.Compact(model["merges"]));
    }

    [Fact]
    public void A_list_of_pieces_with_scores_is_cut_where_embeddings_end()
    {
        models.Add("a", 1, 3, new TestTokenizer { Type = "Unigram" }.Piece("a").Piece("b").Piece("c").Piece("d").Piece("e"));

        models.Merge(Recipe("a: 1") + "tokenizer_source: base\n");

        Assert.Equal(["a", "b", "c"], models.Json("tokenizer.json")["model"]!["vocab"]!.AsArray().Select(piece => (string?)piece![0]));
    }

    public void Dispose() => models.Dispose();

    private static float BFloat16(float value)
    {
        float[] rounded = [value];
        FloatCodec.Round(DType.BF16, rounded);
        return rounded[0];
    }

    private static string Recipe(string weights) =>
        $"merge_method: linear\nmodels: [{string.Join(", ", weights.Split(", ").Select(weight => weight.Split(": ")).Select(weight => $"{{model: ./{weight[0]}, parameters: {{weight: {weight[1]}}}}}"))}]\n";

    /// <summary>a has a token of its own, b and c share one, c has another.</summary>
    private void AddThree(DType dtype = DType.F32)
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<a>"), dtype);
        models.Add("b", 2, 3, TestTokenizer.Letters("ab").Added("<bc>"), dtype);
        models.Add("c", 3, 3, TestTokenizer.Letters("b").Added("<bc>").Added("<c>"), dtype);
    }
}
