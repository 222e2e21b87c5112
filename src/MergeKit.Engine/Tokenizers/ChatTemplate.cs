using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tokenizers;

/// <summary>Finds the chat template that a recipe asks for, and those that models have. Templates are texts here; nothing renders them.</summary>
internal static class ChatTemplate
{
    /// <summary>The file in which libraries look for a template first.</summary>
    public const string FileName = "chat_template.jinja";

    private const string Auto = "auto";
    private const string Key = "chat_template";
    private const string ProcessorFile = "chat_template.json";
    private const string Prefix = "MergeKit.Engine.Tokenizers.ChatTemplates.";

    /// <summary>The templates that have names.</summary>
    public static IReadOnlyDictionary<string, string> Named { get; } = new[] { "alpaca", "chatml", "exaone", "llama3", "mistral" }.ToDictionary(name => name, ReadNamed, StringComparer.Ordinal);

    /// <summary>Whether a file holds nothing but chat templates.</summary>
    public static bool IsFile(string name) => name is FileName or ProcessorFile;

    /// <summary>Whether a recipe asks for the template that most of its models have.</summary>
    public static bool IsAuto(Located<string> setting) => setting.Value == Auto;

    /// <summary>The template that a recipe names or spells out.</summary>
    /// <exception cref="MergeException">It does neither.</exception>
    public static string Of(Located<string> setting)
    {
        var (text, position) = setting;
        if (Named.TryGetValue(text, out var named))
        {
            return named;
        }

        return text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal)
            ? text
            : throw new MergeException(
                DiagnosticCode.ChatTemplateUnknown, position, DisplayText.Of(text, DisplayText.Short), Suggestion.Sentence(text, Named.Keys.Append(Auto)), string.Join(", ", Named.Keys));
    }

    /// <summary>The template that most models have, without blanks around it; of equally frequent ones the first; null if none has one.</summary>
    /// <exception cref="MergeException">A model's file is malformed.</exception>
    public static string? MostCommon(IEnumerable<TokenizerFiles> models) =>
        models.Select(Find).OfType<string>().Select(template => template.Trim()).Where(template => template.Length > 0)
            .GroupBy(template => template, StringComparer.Ordinal).MaxBy(group => group.Count())?.Key;

    /// <summary>Puts a template into a tokenizer's configuration, where loaders look that know no file for it.</summary>
    public static void Put(JsonObject config, string template) => config[Key] = template;

    private static string? Find(TokenizerFiles files) =>
        files.ReadText(FileName) ?? Text(files.ReadObject(TokenizerFiles.Config)?[Key]) ?? Text(files.ReadObject(ProcessorFile)?[Key]);

    /// <summary>A template, or the one called <c>default</c> of several.</summary>
    private static string? Text(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        JsonArray list => list.OfType<JsonObject>().Where(entry => Text(entry["name"]) == "default").Select(entry => Text(entry["template"])).FirstOrDefault(),
        _ => null,
    };

    private static string ReadNamed(string name)
    {
        using var stream = typeof(ChatTemplate).Assembly.GetManifestResourceStream($"{Prefix}{name}.jinja")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
