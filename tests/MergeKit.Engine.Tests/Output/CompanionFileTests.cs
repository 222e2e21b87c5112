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
        var warning = Assert.Single(result.Warnings);
        Assert.Equal(DiagnosticCode.CustomCodeCopied, warning.Code);
        Assert.Contains("layers_own.py, modeling_own.py, tokenization_own.py", warning.Message, StringComparison.Ordinal);
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

    private string Input(string name) => folder[Path.Combine("recipes", "base", name)];

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Input(name))!);
        File.WriteAllText(Input(name), text);
    }
}
