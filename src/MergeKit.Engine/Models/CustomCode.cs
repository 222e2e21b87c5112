using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>
/// The Python files that a model brings along: those that <c>auto_map</c> names in its configurations, and those that these import from the
/// same folder. They are found by their text and copied; nothing runs them.
/// </summary>
internal static partial class CustomCode
{
    private const int MaximumConfigurationSize = 16 << 20;
    private const int MaximumCodeSize = 4 << 20;

    /// <summary>More modules than this are no model's code.</summary>
    private const int MaximumFiles = 100;

    private static readonly string[] Configurations = ["tokenizer_config.json", "processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json"];

    /// <summary>Whether a file holds code.</summary>
    public static bool IsCode(string name) => name.EndsWith(".py", StringComparison.Ordinal);

    /// <summary>Full paths of a model's Python files, in ordinal order.</summary>
    public static IReadOnlyList<string> FilesOf(ModelFolder model)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(NamedModules(model));
        while (open.TryPop(out var module) && found.Count < MaximumFiles)
        {
            var path = Path.Combine(model.Path, module + ".py");
            if (File.Exists(path) && found.Add(path))
            {
                foreach (var imported in ImportsOf(path))
                {
                    open.Push(imported);
                }
            }
        }

        return [.. found];
    }

    private static List<string> NamedModules(ModelFolder model) =>
        [.. Configurations.Select(name => Path.Combine(model.Path, name)).Where(File.Exists)
            .Select(path => JsonFile.ReadObject(path, MaximumConfigurationSize)).Prepend(model.Config.Json)
            .SelectMany(config => config["auto_map"] is JsonObject map ? map.Select(entry => entry.Value) : [])
            .SelectMany(value => value is JsonArray list ? list.AsEnumerable() : Enumerable.Repeat(value, 1))
            .Select(value => value is JsonValue text && text.TryGetValue<string>(out var name) ? ModuleName().Match(name) : Match.Empty)
            .Where(match => match.Success)
            .Select(match => match.Groups["module"].Value)];

    private static IEnumerable<string> ImportsOf(string path)
    {
        var text = FileErrors.WhenReading(path, () => new FileInfo(path).Length <= MaximumCodeSize ? File.ReadAllText(path) : "");
        return RelativeImport().Matches(text).Select(match => match.Groups["module"].Value);
    }

    /// <summary><c>module.Class</c>; the code of <c>other/repository--module.Class</c> is elsewhere.</summary>
    [GeneratedRegex(@"^(?<module>\w+)\.\w+$", RegexOptions.NonBacktracking)]
    private static partial Regex ModuleName();

    [GeneratedRegex(@"^[ \t]*from[ \t]+\.(?<module>\w+)[ \t]+import\b", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex RelativeImport();
}
