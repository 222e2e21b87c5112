using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>Vocabularies taken from one model, which may be merged, or a stage, or give nothing but its tokenizer.</summary>
public sealed class TokenizerSourceTests : IDisposable
{
    private const string Merge = "merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 0}}]\n";

    private readonly VocabularyWorkspace models = new();

    [Fact]
    public void Token_numbers_in_configurations_follow_their_tokens()
    {
        models.Add("a", 1, 4, TestTokenizer.Letters("ab").Added("<s>").Added("</s>"), config: """, "bos_token_id": 2, "eos_token_id": [3, 2], "pad_token_id": null, "unk_token_id": 1""");
        models.Write("a/generation_config.json", """{"eos_token_id": 3, "temperature": 0.6}""");
        models.Add("b", 2, 4, TestTokenizer.Letters("a").Added("</s>").Added("<s>").Added("<unk>"), config: """, "unk_token_id": 3""");

        models.Merge(Merge + "tokenizer_source: ./b\n");

        var config = models.Json("config.json");
        Assert.Equal("2 [1,2] 3", $"{config["bos_token_id"]} {config["eos_token_id"]!.ToJsonString()} {config["unk_token_id"]}");
        Assert.Null(config["pad_token_id"]);
        Assert.Equal("""{"eos_token_id":1,"temperature":0.6}""", VocabularyWorkspace.Compact(models.Json("generation_config.json")));
        Assert.Equal([1000, 1003, 1002, 2003], models.FirstColumn());
    }

    [Fact]
    public void The_files_of_the_source_are_copied_and_no_others()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Write("a/special_tokens_map.json", "{}");
        models.Add("b", 2, 2, TestTokenizer.Letters("ba"));
        models.Write("b/tokenizer_config.json", """{"model_max_length": 1000000000000000019884624838656}""");

        models.Merge(Merge + "tokenizer_source: ./b\n");

        Assert.Equal(File.ReadAllBytes(models["b/tokenizer.json"]), File.ReadAllBytes(Path.Combine(models.Output, "tokenizer.json")));
        Assert.Equal(File.ReadAllBytes(models["b/tokenizer_config.json"]), File.ReadAllBytes(Path.Combine(models.Output, "tokenizer_config.json")));
        Assert.False(File.Exists(Path.Combine(models.Output, "special_tokens_map.json")));
        Assert.Equal([1001, 1000], models.FirstColumn());
    }

    [Fact]
    public void A_folder_with_nothing_but_a_tokenizer_can_be_the_source()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 2, TestTokenizer.Letters("ab"));
        models.Write("words/tokenizer.json", TestTokenizer.Letters("bca").Json.ToJsonString());

        using (var plan = Merger.Plan(models.Request(Merge + "tokenizer_source: ./words\n")))
        {
            Assert.Contains(models["words/tokenizer.json"], plan.InputFiles);
            Assert.Equal([DiagnosticCode.TokensWithoutEmbedding], plan.Warnings.Select(warning => warning.Code));
            Merger.Execute(plan);
        }

        Assert.Equal([1001, 0, 1000], models.FirstColumn());
        Assert.Contains("words/tokenizer.json", File.ReadAllText(Path.Combine(models.Output, "provenance.intoto.json")), StringComparison.Ordinal);
        Assert.True(Merger.Verify(models.Output).IsIntact);
    }

    [Fact]
    public void A_stage_hands_its_vocabulary_on()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ba").Added("<b>"));

        models.Merge("name: soup\n" + Merge + "tokenizer_source: union\n---\n" + "merge_method: linear\nmodels: [{model: soup, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 1}}]\ntokenizer_source: base\n");

        Assert.Equal(["a", "b", "<b>"], models.Ids().OrderBy(token => token.Value).Select(token => token.Key));
        Assert.Equal([1500.5f, 1500.5f, 2002], models.FirstColumn());
    }

    [Fact]
    public void Without_settings_the_output_of_a_stage_has_the_stages_tokenizer()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ba").Added("<b>"));

        models.Merge("name: soup\n" + Merge + "tokenizer_source: union\n---\nmerge_method: passthrough\nmodels: [{model: soup}]\n");

        Assert.Equal(["a", "b", "<b>"], models.Ids().OrderBy(token => token.Value).Select(token => token.Key));
    }

    [Fact]
    public void A_change_of_one_embedding_source_computes_the_embeddings_anew_and_nothing_else()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab").Added("<a>"));
        models.Add("b", 2, 3, TestTokenizer.Letters("ba").Added("<b>"));
        string Recipe(string source) => Merge + $"tokenizer: {{source: union, tokens: {{<b>: {{source: {source}}}}}}}\n";
        MergeWorkspace.Merge(models.Request(Recipe("./b")));

        var work = MergeWorkspace.Work(models.Request(Recipe("{kind: zero}")));

        Assert.Equal(3, work.TensorsToCompute);
        Assert.Equal(0, models.ByToken()["<b>"]);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("union")]
    [InlineData("./a")]
    public void Added_tokens_that_libraries_would_number_anew_stand_among_the_pieces(string source)
    {
        models.Add("a", 1, 7, null);
        models.Write("a/tokenizer.json", """{"added_tokens": [{"id": 3, "content": "<1>"}, {"id": 6, "content": "<2>"}], "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}""");

        models.Merge($"merge_method: passthrough\nmodels: [{{model: ./a}}]\ntokenizer_source: {source}\n");

        Assert.Equal("""{"a":0,"b":1,"<1>":3,"<2>":6}""", VocabularyWorkspace.Compact(models.Json("tokenizer.json")["model"]!["vocab"]));
        Assert.Equal([1003, 1006], new[] { "<1>", "<2>" }.Select(token => models.ByToken()[token]));
    }

    [Fact]
    public void Added_tokens_that_are_listed_out_of_order_are_listed_in_order()
    {
        models.Add("a", 1, 4, null);
        models.Write("a/tokenizer.json", """{"added_tokens": [{"id": 3, "content": "<2>"}, {"id": 2, "content": "<1>"}], "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []}}""");

        models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n");

        Assert.Equal(["<1>", "<2>"], models.Json("tokenizer.json")["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!));
    }

    [Theory]
    [InlineData("vocab.txt", "a\nb\n")]
    [InlineData("vocab.txt", "a\r\nb\r\n")]
    public void A_list_of_words_is_a_vocabulary(string name, string text)
    {
        models.Add("a", 1, 3, null);
        models.Write($"a/{name}", text + "c");
        models.Add("b", 2, 3, TestTokenizer.Letters("cba"));

        models.Merge(Merge.Replace("weight: 1", "weight: 0").Replace("./b, parameters: {weight: 0", "./b, parameters: {weight: 1") + "tokenizer_source: base\n");

        Assert.Equal([2002, 2001, 2000], models.FirstColumn());
    }

    public void Dispose() => models.Dispose();
}
