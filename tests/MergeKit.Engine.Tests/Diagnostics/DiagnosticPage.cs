using System.Text.RegularExpressions;

namespace MergeKit.Engine.Tests.Diagnostics;

/// <summary>A page of docs/diagnostics.</summary>
internal sealed partial class DiagnosticPage
{
    private readonly string text;

    private DiagnosticPage(string id, string text)
    {
        Id = id;
        this.text = text;
    }

    public static string Folder => Repository.PathOf("docs", "diagnostics");

    /// <summary>The code in the file's name, for example <c>MK1001</c>.</summary>
    public string Id { get; }

    /// <summary>What follows the code in the first line; null if the line has another form.</summary>
    public string? Title => TitleLine().Match(text) is { Success: true } match && match.Groups["id"].Value == Id ? match.Groups["title"].Value : null;

    public IEnumerable<string> Sections => SectionLine().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>The recipe that provokes the message; null on pages that need no recipe to explain.</summary>
    public string? Recipe => Example().Match(text).Groups["recipe"] is { Success: true } recipe ? recipe.Value : null;

    /// <summary>The message as users see it, with position, severity and code.</summary>
    public string Message => Example().Match(text).Groups["message"].Value;

    public static IReadOnlyList<string> Ids { get; } =
        [.. Directory.GetFiles(Folder, "MK*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static DiagnosticPage Read(string id) => new(id, File.ReadAllText(Path.Combine(Folder, id + ".md")));

    [GeneratedRegex(@"\A# (?<id>MK\d{4}): (?<title>[^\n]+)\n")]
    private static partial Regex TitleLine();

    [GeneratedRegex(@"^## (?<name>[^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex SectionLine();

    [GeneratedRegex(@"## Example\n(?:[^#]*?```yaml\n(?<recipe>.*?)```\n)?[^#]*?```text\n(?<message>[^\n]*)\n", RegexOptions.Singleline)]
    private static partial Regex Example();
}
