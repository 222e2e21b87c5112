using System.Buffers;
using MergeKit.Engine.Diagnostics;
using YamlDotNet.Core.Events;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>Looks at the text of a recipe itself rather than at its structure.</summary>
internal static class YamlText
{
    /// <summary>All but the tab and line breaks.</summary>
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000b\u000c\u000e\u000f\u0010\u0011\u0012\u0013\u0014"
        + "\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f");

    /// <summary>Rejects what a YAML parser would stumble over or silently stop at.</summary>
    /// <exception cref="MergeException">The text is too large or holds a control character.</exception>
    public static void Check(string text, string fileName, DiagnosticBag diagnostics)
    {
        if (text.Length > YamlLimits.Text)
        {
            throw diagnostics.Fatal(DiagnosticCode.RecipeTooLarge, new SourcePosition(fileName, 1, 1), $"more than {YamlLimits.Text} characters");
        }

        var index = text.AsSpan().IndexOfAny(ControlCharacters);
        if (index >= 0)
        {
            var what = $"the control character U+{(int)text[index]:X4} is not allowed";
            throw diagnostics.Fatal(DiagnosticCode.RecipeSyntax, PositionAfter(text.AsSpan(0, index), fileName), what);
        }
    }

    /// <summary>The position right after a piece of text that starts a file.</summary>
    public static SourcePosition PositionAfter(ReadOnlySpan<char> before, string fileName) =>
        new(fileName, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));

    /// <summary>
    /// What the parser says about a place, in one line. Where it speaks of a tab it names a place before that tab; then the tab's own
    /// place is given.
    /// </summary>
    public static (SourcePosition Position, string What) Explain(string text, SourcePosition position, string parserMessage)
    {
        var lines = text.Split('\n');
        for (var line = position.Line; line <= lines.Length && parserMessage.Contains(" tab ", StringComparison.Ordinal); line++)
        {
            var column = lines[line - 1].IndexOf('\t') + 1;
            if (column > 0 && string.IsNullOrWhiteSpace(lines[line - 1][..column]))
            {
                return (new SourcePosition(position.File, line, column), "a tab indents this line; YAML allows only spaces");
            }
        }

        return (position, DisplayText.Of(parserMessage.TrimEnd('.'), 200));
    }

    /// <summary>
    /// The text of a document between its start and end events: without markers and the line break after the first, but with the
    /// comments above the first key of a file.
    /// </summary>
    public static string Between(string text, DocumentStart start, ParsingEvent end, bool isFirst)
    {
        var from = !start.IsImplicit ? (int)start.End.Index : isFirst ? 0 : (int)start.Start.Index;
        var content = text[from..(int)end.Start.Index];
        return start.IsImplicit ? content : content.TrimStart(' ').TrimStart('\r') is ['\n', .. var rest] ? rest : content;
    }
}
