using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Diagnostics;

/// <summary>Keeps codes, messages, pages and the pages' index together.</summary>
public sealed partial class DiagnosticCatalogTests
{
    private static readonly Dictionary<string, string> Messages = ReadMessages();

    public static TheoryData<DiagnosticCode> Codes => [.. Enum.GetValues<DiagnosticCode>()];

    [Fact]
    public void Every_code_has_a_number_of_its_own_in_a_range_of_the_contract()
    {
        var numbers = Enum.GetNames<DiagnosticCode>().Select(name => (int)Enum.Parse<DiagnosticCode>(name)).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.InRange(number, 1001, 7999));
    }

    [Fact]
    public void There_is_a_message_for_every_code_and_no_other() =>
        Assert.Equal(Enum.GetNames<DiagnosticCode>().Order(StringComparer.Ordinal), Messages.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void There_is_a_page_for_every_code_and_no_other() =>
        Assert.Equal(Enum.GetValues<DiagnosticCode>().Select(Diagnostic.IdOf).Order(StringComparer.Ordinal), DiagnosticPage.Ids);

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_message_is_one_line_with_placeholders_numbered_from_zero(DiagnosticCode code)
    {
        var template = Messages[code.ToString()];
        var numbers = Placeholder().Matches(Unescaped(template)).Select(match => int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)).Distinct().Order().ToList();
        Assert.Equal(Enumerable.Range(0, numbers.Count), numbers);
        var message = Diagnostic.Error(code, null, [.. numbers.Select(number => (object)$"argument{number}")]).Message;
        Assert.All(numbers, number => Assert.Contains($"argument{number}", message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("  ", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_page_says_what_the_code_means_shows_its_message_and_how_to_mend_it(DiagnosticCode code)
    {
        var page = DiagnosticPage.Read(Diagnostic.IdOf(code));
        Assert.NotNull(page.Title);
        Assert.Equal(["What it means", "Example", "How to mend it"], page.Sections);
        var message = Regex.Escape(Unescaped(Messages[code.ToString()]).Replace("\u0001", "{", StringComparison.Ordinal).Replace("\u0002", "}", StringComparison.Ordinal));
        Assert.Matches($"^([^ ]+\\(\\d+,\\d+\\): )?(error|warning) {page.Id}: {EscapedPlaceholder().Replace(message, ".*")}$", page.Message);
    }

    [Fact]
    public void The_index_lists_every_page_with_its_title_in_order()
    {
        var rows = File.ReadAllLines(Path.Combine(DiagnosticPage.Folder, "README.md")).Where(line => line.StartsWith("| [", StringComparison.Ordinal))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()).ToList();
        Assert.Equal(DiagnosticPage.Ids.Select(id => $"[{id}]({id}.md) {DiagnosticPage.Read(id).Title}"), rows.Select(row => $"{row[1]} {row[2]}"));
        Assert.All(rows, row => Assert.NotEmpty(row[3]));
    }

    /// <summary>The template with the doubled braces, which stand for themselves, taken out of the way.</summary>
    private static string Unescaped(string template) => template.Replace("{{", "\u0001", StringComparison.Ordinal).Replace("}}", "\u0002", StringComparison.Ordinal);

    private static Dictionary<string, string> ReadMessages()
    {
        var resources = new ResourceManager("MergeKit.Engine.Diagnostics.Messages", typeof(Diagnostic).Assembly);
        return resources.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    }

    [GeneratedRegex(@"\{(?<number>\d+)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\\\{\d+}")]
    private static partial Regex EscapedPlaceholder();
}
