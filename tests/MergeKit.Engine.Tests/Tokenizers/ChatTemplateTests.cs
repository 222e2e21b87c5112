using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Tokenizers;

/// <summary>Which chat template a model gets, and where it is written.</summary>
public sealed class ChatTemplateTests : IDisposable
{
    private const string Recipe = "merge_method: linear\nmodels: [{model: ./a, parameters: {weight: 1}}, {model: ./b, parameters: {weight: 1}}, {model: ./c, parameters: {weight: 1}}]\n";

    private readonly VocabularyWorkspace models = new();

    public ChatTemplateTests()
    {
        models.Add("a", 1, 2, TestTokenizer.Letters("ab"));
        models.Add("b", 2, 2, TestTokenizer.Letters("ab"));
        models.Add("c", 3, 2, TestTokenizer.Letters("ab"));
        models.Write("a/tokenizer_config.json", """{"model_max_length": 7, "chat_template": "{{ 1 }}"}""");
    }

    [Fact]
    public void Auto_takes_what_most_models_have_in_whatever_file()
    {
        models.Write("b/chat_template.jinja", "\n{{ 2 }}\n");
        models.Write("c/tokenizer_config.json", """{"chat_template": [{"name": "tool_use", "template": "{{ 3 }}"}, {"name": "default", "template": "{{ 2 }}"}]}""");

        models.Merge(Recipe + "chat_template: auto\n");

        AssertTemplate("{{ 2 }}");
    }

    [Fact]
    public void Of_equally_frequent_templates_auto_takes_the_first()
    {
        models.Write("b/chat_template.json", """{"chat_template": "{{ 2 }}"}""");

        models.Merge(Recipe + "chat_template: auto\n");

        AssertTemplate("{{ 1 }}");
    }

    [Fact]
    public void Auto_without_any_template_is_a_warning()
    {
        File.Delete(models["a/tokenizer_config.json"]);

        var result = models.Merge(Recipe + "chat_template: auto\n");

        Assert.Contains(result.Warnings, warning => warning.Code == DiagnosticCode.ChatTemplateNotFound);
        Assert.False(File.Exists(Path.Combine(models.Output, "chat_template.jinja")));
    }

    [Theory]
    [InlineData("alpaca", "### Instruction:")]
    [InlineData("chatml", "<|im_start|>")]
    [InlineData("exaone", "[|endofturn|]")]
    [InlineData("llama3", "<|start_header_id|>")]
    [InlineData("mistral", "[INST]")]
    [InlineData("'{{ messages }}'", "{{ messages }}")]
    public void A_template_is_named_or_spelled_out(string setting, string expected)
    {
        models.Write("a/chat_template.json", """{"chat_template": "{{ old }}"}""");

        models.Merge(Recipe + $"chat_template: {setting}\n");

        var template = File.ReadAllText(Path.Combine(models.Output, "chat_template.jinja"));
        Assert.Contains(expected, template, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', template);
        AssertTemplate(template);
        Assert.Equal(7, (int)models.Json("tokenizer_config.json")["model_max_length"]!);
        Assert.False(File.Exists(Path.Combine(models.Output, "chat_template.json")));
    }

    [Fact]
    public void A_misspelt_name_gets_a_suggestion()
    {
        var error = Assert.Throws<MergeException>(() => Merger.Plan(models.Request(Recipe + "chat_template: chatlm\n")));

        var diagnostic = Assert.Single(error.Diagnostics);
        Assert.Equal((DiagnosticCode.ChatTemplateUnknown, 3, 16), (diagnostic.Code, diagnostic.Position!.Value.Line, diagnostic.Position.Value.Column));
        Assert.Contains("Did you mean 'chatml'?", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_setting_the_models_own_template_stays()
    {
        models.Merge(Recipe);

        Assert.Equal(File.ReadAllBytes(models["a/tokenizer_config.json"]), File.ReadAllBytes(Path.Combine(models.Output, "tokenizer_config.json")));
    }

    public void Dispose() => models.Dispose();

    private void AssertTemplate(string expected)
    {
        Assert.Equal(expected, File.ReadAllText(Path.Combine(models.Output, "chat_template.jinja")));
        Assert.Equal(expected, (string?)models.Json("tokenizer_config.json")["chat_template"]);
    }
}
