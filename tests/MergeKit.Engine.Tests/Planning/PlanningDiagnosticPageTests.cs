using System.Text.Json.Nodes;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.Diagnostics;
using MergeKit.Engine.Tests.TestModels;
using MergeKit.Engine.Tests.Tokenizers;

namespace MergeKit.Engine.Tests.Planning;

/// <summary>
/// Provokes every diagnostic of planning with the recipe on its page, against models of which each has one peculiarity, and so keeps the
/// pages true: place, severity and text.
/// </summary>
public sealed class PlanningDiagnosticPageTests : IDisposable
{
    /// <summary>The pages whose message appears only under AllowCrimes.</summary>
    private static readonly string[] Crimes = ["MK3003"];

    private readonly MergeFolder folder = new();

    public static TheoryData<string> Pages() =>
        [.. DiagnosticPage.Ids.Where(id => string.CompareOrdinal(id, "MK1050") >= 0 && string.CompareOrdinal(id, "MK5000") < 0 && DiagnosticPage.Read(id).Recipe is not null)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_recipe_on_a_page_gives_the_message_on_the_page(string id)
    {
        var page = DiagnosticPage.Read(id);
        AddModels();
        var messages = folder.Diagnose(page.Recipe!, Crimes.Contains(id));
        Assert.Equal(page.Message, messages[0]);
        Assert.All(messages, message => Assert.Contains($" {id}: ", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_diagnostic_of_planning_has_a_page_with_a_recipe() => Assert.All(
        DiagnosticPage.Ids.Where(id => id.StartsWith("MK105", StringComparison.Ordinal) || id.StartsWith("MK3", StringComparison.Ordinal)),
        id => Assert.NotNull(DiagnosticPage.Read(id).Recipe));

    public void Dispose() => folder.Dispose();

    private void AddModels()
    {
        AddStructures();
        AddTokenizers();
    }

    private void AddTokenizers()
    {
        const string Letters = "abcdefghijklmnop";
        WithTokenizer("bpe", TinyModel.Llama(), TestTokenizer.Letters(Letters));
        WithTokenizer("short", TinyModel.Llama(), TestTokenizer.Letters(Letters).Added("<pad>"));
        WithTokenizer("padded", TinyModel.Llama().Configure("pad_token_id", 15), TestTokenizer.Letters(Letters[..15]).Added("<pad>"));
        WithTokenizer("wordpiece", TinyModel.Llama(), (Letters[..14] + "qr").Aggregate(new TestTokenizer { Type = "WordPiece", IsByteLevel = false }, (tokenizer, letter) => tokenizer.Piece(letter.ToString())));
        folder.Add("broken", TinyModel.Llama()).Add("sentencepiece", TinyModel.Llama())
            .Add("coded", TinyModel.Llama().Configure("auto_map", new JsonObject { ["AutoModel"] = "modeling_own.Own" }));
        File.WriteAllText(folder["recipes/broken/tokenizer.json"], """{"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}}}""");
        File.WriteAllText(folder["recipes/sentencepiece/tokenizer.model"], "");
        File.WriteAllText(folder["recipes/coded/modeling_own.py"], "");
        folder.Add("templates", TinyModel.Llama());
        Directory.CreateDirectory(folder["recipes/templates/additional_chat_templates"]);
        File.WriteAllText(folder["recipes/templates/additional_chat_templates/tool_use.jinja"], "");
    }

    private void WithTokenizer(string name, TinyModel model, TestTokenizer tokenizer)
    {
        folder.Add(name, model);
        File.WriteAllText(folder[$"recipes/{name}/tokenizer.json"], tokenizer.Json.ToJsonString());
    }

    private void AddStructures() => folder
        .Add("base", TinyModel.Llama()).Add("math", TinyModel.Llama()).Add("chat", TinyModel.Llama())
        .Add("shallow", TinyModel.Llama(layers: 2))
        .Add("wide", TinyModel.Llama(hidden: 8))
        .Add("extended", TinyModel.Llama(vocabulary: 18))
        .Add("incomplete", TinyModel.Llama().Remove("model.layers.2.mlp"))
        .Add("gap", TinyModel.Llama().Remove("model.layers.2."))
        .Add("qwen", TinyModel.Llama().Configure("model_type", "qwen2"))
        .Add("int8", TinyModel.Llama().Add("model.norm.weight", DType.I8, 4))
        .Add("uncounted", TinyModel.Llama().Configure("num_hidden_layers", null))
        .Add("embeddings", TinyModel.Llama().Remove("model.layers."))
        .Add("layers-only", TinyModel.Llama().Remove("model.embed").Remove("model.norm").Remove("lm_head"))
        .Add("vlm", TinyModel.VisionLanguage().Configure("model_type", "llama"))
        .Add("t5-base", TinyModel.T5()).Add("t5-math", TinyModel.T5());
}
