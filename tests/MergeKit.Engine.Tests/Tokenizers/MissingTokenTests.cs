using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>What names tokens that the output does not have is left out with a warning, or an error where it cannot be.</summary>
public sealed class MissingTokenTests : IDisposable
{
    private const string Merge = "merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 0}}]\n";
    private const string Base = "merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n";

    private readonly VocabularyWorkspace models = new();

    [Fact]
    public void Numbers_of_tokens_that_the_new_vocabulary_lacks_become_null()
    {
        models.Add("a", 1, 5, TestTokenizer.Letters("ab").Added("<bos>").Added("<pad>").Added("<eos>"), config: """, "bos_token_id": 2, "pad_token_id": 3, "eos_token_id": [4, 3]""");
        models.Write("a/generation_config.json", """{"pad_token_id": 3, "temperature": 0.5}""");
        models.Add("b", 2, 3, TestTokenizer.Letters("b").Added("<eos>").Added("<end>"), config: """, "pad_token_id": null""");

        var result = models.Merge(Merge + "tokenizer_source: ./b\n");

        Assert.Equal("null null [1]", Ids("config.json", "bos_token_id", "pad_token_id", "eos_token_id"));
        Assert.Equal("""{"pad_token_id":null,"temperature":0.5}""", VocabularyWorkspace.Compact(models.Json("generation_config.json")));
        var warnings = result.Warnings.Where(warning => warning.Code == DiagnosticCode.TokenIdsLeftOut).Select(warning => warning.Message).ToList();
        Assert.Collection(
            warnings.Order(StringComparer.Ordinal),
            message => Assert.StartsWith("'bos_token_id' in config.json of model ./a names tokens that the output does not have: 2 ('<bos>').", message, StringComparison.Ordinal),
            message => Assert.StartsWith("'eos_token_id' in config.json of model ./a names tokens that the output does not have: 3 ('<pad>').", message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_gives_nothing_but_a_tokenizer_leaves_no_numbers_out_of_range()
    {
        models.Add("a", 1, 4, TestTokenizer.Letters("ab").Added("<bos>").Added("<pad>"), config: """, "bos_token_id": 2, "pad_token_id": 3, "mask_token_id": 77, "sep_token_id": -1""");
        models.Write("words/tokenizer.json", TestTokenizer.Letters("ba").Json.ToJsonString());

        var result = models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: ./words\n");

        Assert.Equal("null null null -1 2", Ids("config.json", "bos_token_id", "pad_token_id", "mask_token_id", "sep_token_id", "vocab_size"));
        Assert.Equal(3, result.Warnings.Count(warning => warning.Code == DiagnosticCode.TokenIdsLeftOut));
    }

    [Fact]
    public void Lists_of_numbers_follow_their_tokens_and_lose_those_that_are_gone()
    {
        models.Add("a", 1, 5, TestTokenizer.Letters("abcde"));
        models.Write("a/generation_config.json", """
            {"suppress_tokens": [0, 4, 1], "begin_suppress_tokens": [4], "bad_words_ids": [[0, 1], [4, 0], [2]], "forced_decoder_ids": [[1, 0], [2, null], [3, 4]]}
            """);
        models.Add("b", 2, 4, TestTokenizer.Letters("dcba"));

        var result = models.Merge(Merge + "tokenizer_source: ./b\n");

        Assert.Equal(
            """{"suppress_tokens":[3,2],"begin_suppress_tokens":null,"bad_words_ids":[[3,2],[1]],"forced_decoder_ids":[[1,3],[2,null]]}""",
            VocabularyWorkspace.Compact(models.Json("generation_config.json")));
        Assert.Equal(4, result.Warnings.Count(warning => warning.Code == DiagnosticCode.TokenIdsLeftOut));
    }

    [Fact]
    public void A_number_in_the_padding_that_becomes_another_token_is_left_out()
    {
        models.Add("a", 1, 4, TestTokenizer.Letters("ab"), config: """, "pad_token_id": 2, "bos_token_id": 0""");
        models.Add("b", 2, 3, TestTokenizer.Letters("abc"));

        models.Merge(Merge + "tokenizer_source: union\n");

        Assert.Equal("null 0", Ids("config.json", "pad_token_id", "bos_token_id"));
    }

    [Fact]
    public void Tokens_without_embeddings_leave_configuration_template_and_padding()
    {
        var json = TestTokenizer.Letters("ab").Added("<s>").Added("</s>").Json;
        json["post_processor"] = new JsonObject { ["type"] = "Sequence", ["processors"] = new JsonArray(JsonNode.Parse("""{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}"""), Template()) };
        json["padding"] = JsonNode.Parse("""{"strategy": "BatchLongest", "direction": "Right", "pad_to_multiple_of": null, "pad_id": 3, "pad_type_id": 0, "pad_token": "</s>"}""");
        models.Add("a", 1, 3, null, config: """, "bos_token_id": 2, "eos_token_id": 3""");
        models.Write("a/tokenizer.json", json.ToJsonString());
        models.Write("a/tokenizer_config.json", """{"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": true, "add_eos_token": true, "extra_special_tokens": {"end": "</s>", "start": "<s>"}}""");

        var result = models.Merge(Base);

        var written = models.Json("tokenizer.json");
        var template = written["post_processor"]!["processors"]![1]!;
        Assert.Equal("""[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}]""", VocabularyWorkspace.Compact(template["single"]));
        Assert.Equal("""{"<s>":{"id":"<s>","ids":[2],"tokens":["<s>"]}}""", VocabularyWorkspace.Compact(template["special_tokens"]));
        Assert.Null(written["padding"]);
        Assert.Equal("2 null", Ids("config.json", "bos_token_id", "eos_token_id"));
        Assert.Equal(
            """{"bos_token":"<s>","add_bos_token":true,"add_eos_token":false,"extra_special_tokens":{"start":"<s>"}}""",
            VocabularyWorkspace.Compact(new JsonObject(models.Json("tokenizer_config.json").Where(entry => entry.Key != "added_tokens_decoder").Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone())))));
        var warning = Assert.Single(result.Warnings, warning => warning.Code == DiagnosticCode.TokenizerPartsLeftOut);
        Assert.Contains("'</s>' in the template around texts, padding", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_that_another_model_has_an_embedding_of_is_found_under_its_new_number_everywhere()
    {
        var json = TestTokenizer.Letters("ab").Added("<s>").Added("</s>").Json;
        json["post_processor"] = Template();
        models.Add("a", 1, 3, null, config: """, "bos_token_id": 2, "eos_token_id": 3""");
        models.Write("a/tokenizer.json", json.ToJsonString());
        models.Write("a/tokenizer_config.json", """{"bos_token": "<s>", "eos_token": "</s>"}""");
        models.Add("b", 2, 4, TestTokenizer.Letters("abc").Added("</s>"));

        var result = models.Merge(Merge + "tokenizer_source: union\n");

        Assert.Equal(4, models.Ids()["</s>"]);
        Assert.Equal("[4]", models.Json("tokenizer.json")["post_processor"]!["special_tokens"]!["</s>"]!["ids"]!.ToJsonString());
        Assert.Equal("2 4", Ids("config.json", "bos_token_id", "eos_token_id"));
        Assert.Equal("</s>", (string?)models.Json("tokenizer_config.json")["eos_token"]);
        Assert.Equal([DiagnosticCode.TokensBeyondVocabulary], result.Warnings.Select(warning => warning.Code));
    }

    [Theory]
    [InlineData("BertProcessing", false)]
    [InlineData("RobertaProcessing", false)]
    [InlineData("BertProcessing", true)]
    public void A_processor_that_needs_a_token_without_embedding_is_left_out(string type, bool hasRow)
    {
        var json = TestTokenizer.Letters("ab").Added("<s>").Added("</s>").Added("<x>").Json;
        json["post_processor"] = new JsonObject { ["type"] = type, ["sep"] = new JsonArray("</s>", 3), ["cls"] = new JsonArray("<s>", 2), ["trim_offsets"] = true, ["add_prefix_space"] = false };
        models.Add("a", 1, hasRow ? 4 : 3, null);
        models.Write("a/tokenizer.json", json.ToJsonString());

        var result = models.Merge(Base);

        Assert.Equal(hasRow ? type : null, (string?)models.Json("tokenizer.json")["post_processor"]?["type"]);
        Assert.Equal(hasRow ? 0 : 1, result.Warnings.Count(warning => warning.Code == DiagnosticCode.TokenizerPartsLeftOut));
    }

    [Fact]
    public void A_tokenizer_that_cannot_do_without_its_token_for_unknown_pieces_is_an_error_without_its_embedding()
    {
        var json = new TestTokenizer { Type = "WordPiece" }.Piece("a").Piece("b").Piece("[UNK]").Json;
        json["model"]!["unk_token"] = "[UNK]";
        models.Add("a", 1, 2, null);
        models.Write("a/tokenizer.json", json.ToJsonString());

        var error = Assert.Throws<MergeException>(() => Merger.Plan(models.Request(Base)).Dispose());

        var diagnostic = Assert.Single(error.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Equal(DiagnosticCode.TokenizerInvalid, diagnostic.Code);
        Assert.Contains("'[UNK]'", diagnostic.Message, StringComparison.Ordinal);
    }

    public void Dispose() => models.Dispose();

    private static JsonNode Template() => JsonNode.Parse("""
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [2], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [3], "tokens": ["</s>"]}}}
        """)!;

    private string Ids(string file, params string[] keys)
    {
        var json = models.Json(file);
        return string.Join(' ', keys.Select(key => json.TryGetPropertyValue(key, out var value) ? value?.ToJsonString() ?? "null" : "absent"));
    }
}
