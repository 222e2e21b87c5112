using System.Text;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>Tokenizer files that nobody should trust: an error with their name, at once.</summary>
public sealed class HostileTokenizerTests : IDisposable
{
    private const string Recipe = "merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n";

    private readonly VocabularyWorkspace models = new();

    [Theory]
    [InlineData("""{}""", "no object 'model'")]
    [InlineData("""{"model": []}""", "no object 'model'")]
    [InlineData("""{"model": {"type": "BPE"}}""", "'vocab' is missing")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}}}""", "empty")]
    [InlineData("""{"model": {"type": "BPE", "vocab": [["a", 0]]}}""", "'vocab' is missing or not")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": {"a": 0}}}""", "'vocab' is missing or not")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a"]]}}""", "entry 0")]
    [InlineData("""{"model": {"type": "Magic", "vocab": {"a": 0}}}""", "unknown type, 'Magic'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}}}""", "'a' has no number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 1.5}}}""", "'a' has no number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": "0"}}}""", "'a' has no number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 99999999999}}}""", "'a' has no number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 2000000000}}}""", "'a' has no number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 16000000}}}""", "only 1 tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}}}""", "'a' and 'b' have one number, 0")]
    [InlineData("""{"added_tokens": [{"id": 0, "content": "x"}], "model": {"type": "BPE", "vocab": {"a": 0}}}""", "'a' and 'x' have one number, 0")]
    [InlineData("""{"added_tokens": [{"id": 1, "content": "a"}], "model": {"type": "BPE", "vocab": {"a": 0}}}""", "'a' has two numbers, 0 and 1")]
    [InlineData("""{"added_tokens": [{"content": "x"}], "model": {"type": "BPE", "vocab": {"a": 0}}}""", "'added_tokens'")]
    [InlineData("""{"added_tokens": [{"id": 1, "content": ""}], "model": {"type": "BPE", "vocab": {"a": 0}}}""", "'added_tokens'")]
    [InlineData("""{"added_tokens": "<s>", "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "its 'added_tokens' is not")]
    [InlineData("""{"added_tokens": null, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "its 'added_tokens' is not")]
    [InlineData("""{"added_tokens": [{"id": 1, "content": "x", "special": "yes"}], "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "'special' is not")]
    [InlineData("""{"model": {"type": 7, "vocab": {"a": 0}, "merges": []}}""", "its model's 'type' is not")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}}}""", "'merges' are missing")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": {"a": "b"}}}""", "its model's 'merges' is not")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b c"]}}""", "no pair of texts")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b", "c"]]}}""", "no pair of texts")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [[["a"], ["b"]]]}}""", "no pair of texts")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a b", ["a", "b"]]}}""", "of the form of the first")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": 0}}""", "'unk_token' is not")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": "NFC"}""", "its 'normalizer' is not")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "decoder": {}}""", "its 'decoder' has no 'type'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "post_processor": {"type": "TemplateProcessing", "single": [], "pair": [], "special_tokens": {"x": {"ids": ["0"]}}}}""", "template")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "post_processor": {"type": "BertProcessing", "cls": ["a", 0], "sep": "a"}}""", "'sep'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "post_processor": {"type": "Sequence", "processors": [5]}}""", "'processors'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "padding": {"pad_id": "0"}}""", "'pad_id'")]
    [InlineData("""{"model": {"type": "Unigram", "vocab": [["a", "0"]]}}""", "entry 0")]
    [InlineData("""{"added_tokens": [7], "model": {"type": "BPE", "vocab": {"a": 0}}}""", "'added_tokens'")]
    public void Nonsense_in_tokenizer_json_is_an_error_that_says_what_is_wrong(string json, string expected)
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", json);

        var message = MergeErrors.Single(DiagnosticCode.TokenizerInvalid, Plan);

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "a": 1}}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"\ud83d": 0}}}""")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}}""")]
    [InlineData("")]
    public void Malformed_json_is_an_error_with_its_place(string json)
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", json);

        MergeErrors.Single(DiagnosticCode.JsonInvalid, Plan);
    }

    [Fact]
    public void Deep_json_is_an_error()
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", $$"""{"pre_tokenizer": {{string.Concat(Enumerable.Repeat("[", 100_000))}}""");

        MergeErrors.Single(DiagnosticCode.JsonInvalid, Plan);
    }

    [Fact]
    public void A_huge_file_is_an_error_before_it_is_read()
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", "{");
        using (var file = File.OpenWrite(models["a/tokenizer.json"]))
        {
            file.SetLength(10L << 30);
        }

        MergeErrors.Single(DiagnosticCode.JsonTooLarge, Plan);
    }

    [Fact]
    public void Numbers_in_other_files_cannot_move_tokens_or_leave_large_gaps()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<s>"));
        models.Write("a/tokenizer_config.json", """{"added_tokens_decoder": {"0": {"content": "evil"}, "1": {"content": "<s>"}, "9999999": {"content": "far"}, "-1": {"content": "n"}, "x": 5}}""");
        models.Write("a/added_tokens.json", """{"a": 1, "b": -5, "q": "0"}""");

        Merger.Plan(models.Request(Recipe)).Dispose();
        models.Merge(Recipe);

        Assert.Equal([1000, 1001, 1002], models.FirstColumn());
    }

    [Fact]
    public void Tokens_beyond_the_basic_plane_and_control_characters_survive()
    {
        var tokens = new[] { "😀", "𝔘", "\u0000", "\u2028", "\ufeff", "\"\\", "́", "￿", "\u200d👩" };
        models.Add("a", 1, 3 + tokens.Length, tokens.Aggregate(TestTokenizer.Letters("ab"), (tokenizer, token) => tokenizer.Piece(token)));
        models.Add("b", 2, 3, TestTokenizer.Letters("abc"));

        models.Merge("merge_method: linear\nmodels: [{model: ./b, parameters: {weight: 1}}, {model: ./a, parameters: {weight: 1}}]\ntokenizer_source: union\n");

        var ids = models.Ids();
        Assert.Equal(Enumerable.Range(3, tokens.Length), tokens.Select(token => ids[token]));
    }

    [Fact]
    public void Without_tokenizer_settings_files_are_copied_whatever_they_hold()
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", """{"model": {"type": 7}, "added_tokens": "no"}""");

        models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\n");

        Assert.Equal(File.ReadAllBytes(models["a/tokenizer.json"]), File.ReadAllBytes(Path.Combine(models.Output, "tokenizer.json")));
    }

    [Fact]
    public void Millions_of_merges_are_an_error()
    {
        models.Add("a", 1, 3, null);
        models.Write("a/vocab.json", """{"a": 0, "aa": 1}""");
        models.Write("a/merges.txt", string.Concat(Enumerable.Repeat("a a\n", (2 << 20) + 1)));

        Assert.Contains("more than 2097152 merges", MergeErrors.Single(DiagnosticCode.TokenizerInvalid, Plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Millions_of_values_are_an_error_before_they_are_parsed()
    {
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", new string(',', (4 << 20) + 1));

        Assert.Contains("more than 4194304 values", MergeErrors.Single(DiagnosticCode.TokenizerInvalid, Plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_of_a_second_model_that_are_no_pairs_are_an_error_too()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 3, null);
        models.Write("b/tokenizer.json", """{"pre_tokenizer": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b", "c"]]}}""");

        var error = Assert.Throws<MergeException>(() => Merger.Plan(models.Request("merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 1}}]\ntokenizer_source: union\n")));

        Assert.Equal(DiagnosticCode.TokenizerInvalid, Assert.Single(error.Diagnostics).Code);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_an_error()
    {
        models.Add("a", 1, 3, null);
        File.WriteAllBytes(models["a/vocab.txt"], [.. Encoding.UTF8.GetBytes("a\n"), 0xff, 0xfe]);

        MergeErrors.Single(DiagnosticCode.TokenizerInvalid, Plan);
    }

    public void Dispose() => models.Dispose();

    private void Plan() => Merger.Plan(models.Request(Recipe)).Dispose();
}
