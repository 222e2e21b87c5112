using System.Text.Json.Nodes;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Models;

/// <summary>
/// The Python files that a model brings along: those that <c>auto_map</c> names in its configurations, and those that these import from the
/// same folder. They are found by their text and copied; nothing runs them.
/// </summary>
internal sealed class CustomCode
{
    private const string Extension = ".py";
    private const int MaximumConfigurationSize = 16 << 20;
    private const int MaximumCodeSize = 4 << 20;

    /// <summary>More modules than this are no model's code.</summary>
    private const int MaximumFiles = 100;

    private static readonly string[] Configurations = ["tokenizer_config.json", "processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json"];

    /// <summary>Whether a file holds code.</summary>
    public static bool IsCode(string name) => name.EndsWith(Extension, StringComparison.Ordinal);

    /// <summary>Full paths of the Python files, in ordinal order.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Imported files in subfolders, which a model's folder cannot have: their paths in the folder, with slashes, in ordinal order.</summary>
    public required IReadOnlyList<string> Uncopied { get; init; }

    /// <summary>Finds a model's code.</summary>
    /// <exception cref="MergeException">A configuration or a Python file cannot be read.</exception>
    public static CustomCode Of(ModelFolder model)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var uncopied = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(NamedModules(model));
        var seen = new HashSet<string>(open, StringComparer.Ordinal);
        while (open.TryPop(out var module) && found.Count < MaximumFiles)
        {
            var path = Path.Combine(model.Path, module.Replace('.', Path.DirectorySeparatorChar));
            if (!module.Contains('.', StringComparison.Ordinal) && File.Exists(path + Extension))
            {
                found.Add(path + Extension);
                foreach (var imported in ImportsOf(path + Extension).Where(seen.Add))
                {
                    open.Push(imported);
                }
            }
            else if (new[] { path + Extension, Path.Combine(path, "__init__" + Extension) }.FirstOrDefault(File.Exists) is { } file)
            {
                uncopied.Add(Path.GetRelativePath(model.Path, file).Replace(Path.DirectorySeparatorChar, '/'));
            }
        }

        return new CustomCode { Files = [.. found], Uncopied = [.. uncopied.Take(MaximumFiles)] };
    }

    private static List<string> NamedModules(ModelFolder model) =>
        [.. Configurations.Select(name => Path.Combine(model.Path, name)).Where(File.Exists)
            .Select(path => JsonFile.ReadObject(path, MaximumConfigurationSize)).Prepend(model.Config.Json)
            .SelectMany(config => config["auto_map"] is JsonObject map ? map.Select(entry => entry.Value) : [])
            .SelectMany(value => value is JsonArray list ? list.AsEnumerable() : Enumerable.Repeat(value, 1))
            .Select(value => value is JsonValue text && text.TryGetValue<string>(out var name) ? ModuleOf(name) : null)
            .OfType<string>()];

    private static IEnumerable<string> ImportsOf(string path) =>
        RelativeImports.In(FileErrors.WhenReading(path, () => new FileInfo(path).Length <= MaximumCodeSize ? File.ReadAllText(path) : ""));

    /// <summary>The module of <c>module.Class</c>; null for others, such as <c>other/repository--module.Class</c>, whose code is elsewhere.</summary>
    private static string? ModuleOf(string reference) =>
        reference.Split('.') is [var module, var name] && IsIdentifier(module) && IsIdentifier(name) ? module : null;

    private static bool IsIdentifier(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c == '_');
}
