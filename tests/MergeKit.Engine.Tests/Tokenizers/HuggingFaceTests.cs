using System.Text.Json;
using System.Text.Json.Nodes;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>What is written is read by Hugging Face's own libraries: texts become numbers whose embeddings are the right ones, templates render.</summary>
public sealed class HuggingFaceTests : IDisposable
{
    private const string Encode = """
        const { Tokenizer } = require('tokenizers');
        (async () => {
          const tokenizer = Tokenizer.fromFile(process.argv[2]);
          const texts = JSON.parse(process.argv[3]);
          const encodings = [];
          for (const text of texts) {
            const encoding = await tokenizer.encode(text);
            encodings.push({ tokens: encoding.getTokens(), ids: encoding.getIds(), text: await tokenizer.decode(encoding.getIds(), false) });
          }
          console.log(JSON.stringify({ vocabulary: tokenizer.getVocab(true), encodings }));
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    private const string Render = """
        const { Template } = require('@huggingface/jinja');
        const fs = require('fs');
        const messages = [['system', 'Be brief.'], ['user', 'Hello'], ['assistant', 'Hi'], ['user', 'Bye']].map(([role, content]) => ({ role, content }));
        const template = new Template(fs.readFileSync(process.argv[2], 'utf8'));
        process.stdout.write(template.render({ messages, bos_token: '<s>', eos_token: '</s>', add_generation_prompt: true }));
        """;

    private readonly VocabularyWorkspace models = new();

    [NodeFact]
    public void The_union_of_different_vocabularies_encodes_to_the_numbers_of_the_right_embeddings()
    {
        models.Add("a", 1, 13, TestTokenizer.Letters("abcdehlo").Piece("Ġ").Merge("h", "e").Added("<|im_start|>").Merge("l", "o").Added("<pad>"));
        models.Add("b", 2, 14, TestTokenizer.Letters("ohlecdfun").Piece("Ġ").Merge("f", "u").Merge("fu", "n").Added("<|fim|>").Added("<|im_start|>"));
        models.Merge("merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 1}}]\ntokenizer_source: union\n");

        var result = Tokenize(models.Output, "hello fun", "<|im_start|>fun<|fim|>he<pad>", "a fool");

        Assert.Equal(models.Ids().OrderBy(token => token.Key, StringComparer.Ordinal), result.Vocabulary.OrderBy(token => token.Key, StringComparer.Ordinal));
        Assert.Equal(["he", "l", "lo", "Ġ", "fun"], result.Encodings[0].Tokens);
        Assert.Equal(["<|im_start|>", "fun", "<|fim|>", "he", "<pad>"], result.Encodings[1].Tokens);
        Assert.Equal("a fool", result.Encodings[2].Text);
        var own = new[] { "a", "b" }.Select(Ids).ToArray();
        AssertEmbeddings(result, models.FirstColumn(), token =>
        {
            var rows = own.Select((ids, model) => ids.TryGetValue(token, out var id) ? ((model + 1) * 1000f) + id : (float?)null).OfType<float>().ToList();
            return rows.Average();
        });
    }

    [NodeFact]
    public void The_unions_of_the_reference_cases_encode_to_the_numbers_of_the_right_embeddings()
    {
        var c = ConformanceCase.Load("tokenizer-union-no-base");
        using var output = new TemporaryFolder();
        ConformanceOutcome.Merge(c, Deviation.None, output["out"]);

        var ours = Tokenize(output["out"], "the <|im_start|>others<|fim|> zap in rose<|im_end|>");
        var reference = Tokenize(c.ExpectedFolder, "the <|im_start|>others<|fim|> zap in rose<|im_end|>");

        Assert.Equal(reference.Encodings[0].Ids, ours.Encodings[0].Ids);
        using var merged = Checkpoint.Open(output["out"]);
        using var expected = Checkpoint.Open(c.ExpectedFolder);
        var width = (int)merged.Tensors["model.embed_tokens.weight"].Shape[1];
        var (rows, expectedRows) = (MergedTensors.Floats(merged.Tensors["model.embed_tokens.weight"]), MergedTensors.Floats(expected.Tensors["model.embed_tokens.weight"]));
        Assert.All(ours.Encodings[0].Ids, id => Assert.Equal(expectedRows[(id * width)..((id + 1) * width)], rows[(id * width)..((id + 1) * width)], (x, y) => Math.Abs(x - y) <= 0.002 + (0.015625 * Math.Abs(x))));
    }

    [NodeFact]
    public void A_vocabulary_without_tokens_that_have_no_embedding_loads()
    {
        models.Add("a", 1, 4, TestTokenizer.Letters("abc").Merge("a", "b").Merge("ab", "c").Added("<pad>"));
        models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n");

        Assert.Equal(["ab", "c"], Tokenize(models.Output, "abc").Encodings[0].Tokens);
    }

    [NodeFact]
    public void Added_tokens_with_gaps_keep_their_numbers_on_the_bases_vocabulary()
    {
        models.Add("a", 1, 16, null);
        var json = TestTokenizer.Letters("abcdefgh").Json;
        json["added_tokens"] = TestTokenizer.Letters("0123456789").Added("<1>").Piece("-").Piece("=").Piece("+").Piece("*").Added("<2>").Json["added_tokens"]!.DeepClone();
        models.Write("a/tokenizer.json", json.ToJsonString());
        models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n");

        var result = Tokenize(models.Output, "a<1>b<2>");

        Assert.Equal([0, 10, 1, 15], result.Encodings[0].Ids);
        AssertEmbeddings(result, models.FirstColumn(), token => 1000 + models.Ids()[token]);
    }

    [NodeFact]
    public void A_template_without_the_tokens_that_have_no_embedding_loads()
    {
        var json = TestTokenizer.Letters("ab").Added("<s>").Added("</s>").Json;
        json["post_processor"] = JsonNode.Parse("""
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
             "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
             "special_tokens": {"<s>": {"id": "<s>", "ids": [2], "tokens": ["<s>"]}, "</s>": {"id": "</s>", "ids": [3], "tokens": ["</s>"]}}}
            """);
        models.Add("a", 1, 3, null);
        models.Write("a/tokenizer.json", json.ToJsonString());
        models.Merge("merge_method: passthrough\nmodels: [{model: ./a}]\ntokenizer_source: base\n");

        Assert.Equal([2, 0, 1], Tokenize(models.Output, "ab").Encodings[0].Ids);
    }

    [NodeFact]
    public void A_union_with_merges_of_blanks_loads()
    {
        models.Add("a", 1, 3, TestTokenizer.Letters("ab", mergesAsTexts: true).Merge("a", "b"));
        models.Add("b", 2, 4, TestTokenizer.Letters("ab").Piece(" ").Merge(" ", "a"));
        models.Merge("merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 1}}]\ntokenizer_source: union\n");

        Assert.Equal(["a", "b", "ab", " ", " a"], Tokenize(models.Output, "ab").Vocabulary.OrderBy(token => token.Value).Select(token => token.Key));
    }

    [NodeFact]
    public void Named_templates_render_conversations()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        var conversations = new Dictionary<string, string>
        {
            ["alpaca"] = "<s>Be brief.\n\n### Instruction:\nHello\n\n### Response:\nHi</s>\n\n### Instruction:\nBye\n\n### Response:\n",
            ["chatml"] = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            ["exaone"] = "[|system|]Be brief.[|endofturn|]\n[|user|]Hello\n[|assistant|]Hi[|endofturn|]\n[|user|]Bye\n[|assistant|]",
            ["llama3"] = "<s><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            ["mistral"] = "<s>[INST] Be brief.\n\nHello [/INST] Hi</s>[INST] Bye [/INST]",
        };

        foreach (var (name, expected) in conversations)
        {
            models.Merge($"merge_method: passthrough\nmodels: [{{model: ./a}}]\nchat_template: {name}\n");
            Assert.Equal(expected, NodePackages.Run(Render, Path.Combine(models.Output, "chat_template.jinja")));
        }
    }

    public void Dispose() => models.Dispose();

    private static void AssertEmbeddings(Tokenized result, float[] rows, Func<string, float> expected) =>
        Assert.All(result.Encodings.SelectMany(encoding => encoding.Tokens.Zip(encoding.Ids)), token => Assert.Equal(expected(token.First), rows[token.Second]));

    private static Tokenized Tokenize(string folder, params string[] texts)
    {
        var output = NodePackages.Run(Encode, Path.Combine(folder, "tokenizer.json"), JsonSerializer.Serialize(texts));
        return JsonSerializer.Deserialize<Tokenized>(output, JsonSerializerOptions.Web)!;
    }

    private Dictionary<string, int> Ids(string model)
    {
        var json = JsonNode.Parse(File.ReadAllText(models[$"{model}/tokenizer.json"]))!;
        return json["model"]!["vocab"]!.AsObject().Select(piece => (piece.Key, (int)piece.Value!))
            .Concat(json["added_tokens"]!.AsArray().Select(token => ((string)token!["content"]!, (int)token["id"]!))).ToDictionary();
    }

    private sealed record Tokenized(Dictionary<string, int> Vocabulary, Encoding[] Encodings);

    private sealed record Encoding(string[] Tokens, int[] Ids, string Text);
}
