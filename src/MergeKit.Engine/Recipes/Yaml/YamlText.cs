using System.Buffers;
using MergeKit.Engine.Diagnostics;
using YamlDotNet.Core.Events;

namespace MergeKit.Engine.Recipes.Yaml;

/// <summary>Looks at the text of a recipe itself rather than at its structure.</summary>
internal static class YamlText
{
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(c => (char)c).Except(['\t', '\n', '\r']), '\u007f']);

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

    /// <summary>What the parser says about a place in one line, or that a tab indents it, which is what the parser then does not say.</summary>
    public static string Explain(string text, SourcePosition position, string parserMessage)
    {
        var line = text.Split('\n').ElementAtOrDefault(position.Line - 1) ?? "";
        var indent = line.AsSpan(0, line.Length - line.AsSpan().TrimStart().Length);
        return indent.Contains('\t') ? "a tab indents this line; YAML allows only spaces" : Excerpt.Of(parserMessage.TrimEnd('.'), 200);
    }

    /// <summary>The text of a document between its start and end events, without markers and the line break after the first.</summary>
    public static string Between(string text, DocumentStart start, ParsingEvent end)
    {
        var from = start.IsImplicit ? (int)start.Start.Index : (int)start.End.Index;
        var content = text[from..(int)end.Start.Index];
        return start.IsImplicit ? content : content.TrimStart(' ').TrimStart('\r') is ['\n', .. var rest] ? rest : content;
    }
}
