using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Files beside weights and tokenizer go with the model: settings of processors, and custom code, which is copied as it is.</summary>
public sealed class CompanionFileTests : IDisposable
{
    private const string Recipe = "merge_method: passthrough\nmodels: [{model: ./base}]\n";

    private readonly MergeFolder folder = new();

    [Fact]
    public void Settings_of_processors_are_copied()
    {
        string[] names = ["generation_config.json", "preprocessor_config.json", "processor_config.json", "video_preprocessor_config.json"];
        folder.Add("base", TinyModel.Llama());
        foreach (var name in names)
        {
            Write(name, $$"""{"name": "{{name}}"}""");
        }

        Assert.Empty(folder.Merge(Recipe).Warnings);

        Assert.All(names, name => Assert.Equal(File.ReadAllText(Input(name)), File.ReadAllText(Path.Combine(folder.Output, name))));
    }

    [Fact]
    public void Custom_code_is_copied_with_what_it_imports_and_said_to_be()
    {
        folder.Add("base", TinyModel.Llama().Configure("auto_map", new System.Text.Json.Nodes.JsonObject { ["AutoModel"] = "modeling_own.Own", ["AutoConfig"] = "org/other--configuration_other.Other" }));
        Write("tokenizer_config.json", """{"auto_map": {"AutoTokenizer": ["tokenization_own.Own", null]}}""");
        Write("modeling_own.py", "import os\nfrom .layers_own import Layer\nfrom .missing import x\nos.system('touch ran')\n");
        Write("layers_own.py", "from .modeling_own import Own\n");
        Write("tokenization_own.py", "");
        Write("train.py", "");
        Write("missing/x.py", "");

        var result = folder.Merge(Recipe);

        Assert.Equal(
            ["layers_own.py", "modeling_own.py", "tokenization_own.py"],
            Directory.GetFiles(folder.Output, "*.py").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        var warning = Assert.Single(result.Warnings, warning => warning.Code == DiagnosticCode.CustomCodeCopied);
        Assert.Contains("layers_own.py, modeling_own.py, tokenization_own.py", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from . import layers_own\n")]
    [InlineData("from . import (other,  # first\n    layers_own as layers,\n)\n")]
    [InlineData("from . import other as a, layers_own as b\n")]
    [InlineData("from .layers_own \\\n    import Layer\n")]
    [InlineData("from .layers_own import (\n    Layer,\n)\n")]
    [InlineData("from . \\\r\n  import layers_own\r\n")]
    [InlineData("if True: from .layers_own import Layer\n")]
    [InlineData("import os; from . import layers_own; import sys\n")]
    [InlineData("\tfrom .layers_own import*\n")]
    public void Every_form_of_a_relative_import_is_followed(string import)
    {
        AddCode(import);
        Write("layers_own.py", "");

        var result = folder.Merge(Recipe);

        Assert.True(File.Exists(Path.Combine(folder.Output, "layers_own.py")));
        Assert.Equal(DiagnosticCode.CustomCodeCopied, Assert.Single(result.Warnings).Code);
    }

    [Theory]
    [InlineData("from .parts.layers import Layer\n", "parts/layers.py")]
    [InlineData("from .parts import layers\n", "parts/layers.py")]
    [InlineData("from . import parts\n", "parts/__init__.py")]
    public void Code_in_subfolders_is_not_copied_which_is_said(string import, string file)
    {
        AddCode(import);
        Write(file, "");

        var warning = Assert.Single(folder.Merge(Recipe).Warnings, warning => warning.Code == DiagnosticCode.FilesNotCopied);

        Assert.Contains(file, warning.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(folder.Output));
    }

    [Fact]
    public void Imports_without_end_are_bounded()
    {
        AddCode(string.Concat(Enumerable.Repeat("from . import (a\n", 100_000)));

        Assert.Single(folder.Merge(Recipe).Warnings);
    }

    [Theory]
    [InlineData("spm.model")]
    [InlineData("qwen.tiktoken")]
    [InlineData("own.tiktoken")]
    [InlineData("tekken.json")]
    [InlineData("vocab.bpe")]
    public void Vocabularies_of_every_kind_are_copied(string name)
    {
        folder.Add("base", TinyModel.Llama());
        Write(name, "pieces");

        Assert.Empty(folder.Merge(Recipe).Warnings);

        Assert.Equal("pieces", File.ReadAllText(Path.Combine(folder.Output, name)));
    }

    [Fact]
    public void An_output_without_tokenizer_is_said_if_another_model_has_one_unless_none_is_wanted()
    {
        folder.Add("base", TinyModel.Llama()).Add("other", TinyModel.Llama());
        Write("../other/spm.model", "pieces");
        const string Both = "merge_method: linear\nmodels: [{model: ./base}, {model: ./other}]\nparameters: {weight: 1}\n";

        using var plan = folder.Plan(Both);
        using var without = Merger.Plan(folder.Request(Both) with { CopyTokenizer = false });

        Assert.Equal(DiagnosticCode.TokenizerElsewhere, Assert.Single(plan.Warnings).Code);
        Assert.Empty(without.Warnings);
    }

    [Theory]
    [InlineData("my_vocab.dat")]
    [InlineData("tokenizer-v2.json")]
    [InlineData("additional_chat_templates/tool_use.jinja")]
    public void What_looks_like_a_tokenizer_and_is_not_copied_is_said(string name)
    {
        folder.Add("base", TinyModel.Llama());
        Write(name, "");

        var warning = Assert.Single(folder.Merge(Recipe).Warnings);

        Assert.Equal(DiagnosticCode.FilesNotCopied, warning.Code);
        Assert.Contains(name, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_that_cannot_be_read_is_an_error_where_tokens_are_wanted()
    {
        folder.Add("base", TinyModel.Llama());
        Write("spm.model", "pieces");

        MergeErrors.Single(DiagnosticCode.TokenizerNotReadable, () => folder.Merge(Recipe + "tokenizer_source: base\n"));
    }

    [Theory]
    [InlineData("../../secret.Own")]
    [InlineData("/etc/passwd.Own")]
    [InlineData("sub/module.Own")]
    [InlineData("no_such_file.Own")]
    [InlineData("")]
    public void Code_is_taken_from_the_models_folder_only(string name)
    {
        folder.Add("base", TinyModel.Llama().Configure("auto_map", new System.Text.Json.Nodes.JsonObject { ["AutoModel"] = name }));
        File.WriteAllText(folder["secret.py"], "");

        Assert.Empty(folder.Merge(Recipe).Warnings);

        Assert.Empty(Directory.GetFiles(folder.Output, "*.py"));
    }

    public void Dispose() => folder.Dispose();

    private void AddCode(string text)
    {
        folder.Add("base", TinyModel.Llama().Configure("auto_map", new System.Text.Json.Nodes.JsonObject { ["AutoModel"] = "modeling_own.Own" }));
        Write("modeling_own.py", text);
    }

    private string Input(string name) => folder[Path.Combine("recipes", "base", name)];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Input(name))!);
        File.WriteAllText(Input(name), text);
    }
}
