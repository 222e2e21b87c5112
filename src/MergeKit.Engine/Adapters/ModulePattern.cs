using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace MergeKit.Engine.Adapters;

/// <summary>
/// A pattern of module names: PEFT matches the regular expression <c>(.*\.)?(pattern)$</c> from the start of a name. Patterns come from
/// files that anybody may have written: plain names, which most are, are compared; expressions are matched in linear time, and only such as
/// mean the same to Python and .NET.
/// </summary>
internal sealed partial class ModulePattern
{
    /// <summary>Stands for any character in a plain name.</summary>
    private const char Any = '*';

    private const int LongestExpression = 1000;

    private readonly string name;
    private readonly bool isAnchored;
    private readonly Regex? expression;

    private ModulePattern(string name, bool isAnchored, Regex? expression) => (this.name, this.isAnchored, this.expression) = (name, isAnchored, expression);

    /// <summary>Whether the pattern is more than a name.</summary>
    public bool IsExpression => expression is not null;

    /// <summary>Reads a pattern; false for an expression that is not valid or not understood.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ModulePattern? pattern)
    {
        pattern = PlainName().IsMatch(text) ? new ModulePattern(Wildcards(text.TrimStart('^')), text.StartsWith('^'), null)
            : text.Length <= LongestExpression && Compile(text) is { } expression ? new ModulePattern("", false, expression)
            : null;
        return pattern is not null;
    }

    /// <summary>Whether the pattern matches a module's name.</summary>
    public bool Matches(string module) => expression is null ? IsSuffix(module) : expression.IsMatch(module);

    private bool IsSuffix(string module)
    {
        var start = module.Length - name.Length;
        if (start < 0 || (start > 0 && (isAnchored || module[start - 1] != '.')))
        {
            return false;
        }

        var i = name.Length - 1;
        while (i >= 0 && (name[i] == module[start + i] || name[i] == Any))
        {
            i--;
        }

        return i < 0;
    }

    /// <summary>A dot stands for any character unless it is escaped.</summary>
    private static string Wildcards(string text) => text.Replace('.', Any).Replace($"\\{Any}", ".", StringComparison.Ordinal);

    private static Regex? Compile(string text)
    {
        try
        {
            // Compiled on its own first: what is only complete within the parentheses around it would mean something else.
            return CommonSyntax().IsMatch(text) && new Regex(text, RegexOptions.NonBacktracking) is not null
                ? new Regex($@"^(.*\.)?({text})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
                : null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^\^?([A-Za-z0-9_.-]|\\\.)*\z")]
    private static partial Regex PlainName();

    /// <summary>Characters, dots, a few escapes, classes without nesting, groups without options, and quantifiers.</summary>
    [GeneratedRegex(@"^([A-Za-z0-9_.*+?|)^$-]|\((?!\?)|\(\?:|\\[.dw_-]|\{[0-9]+(,[0-9]*)?\}|\[\^?([A-Za-z0-9_.-]|\\[.dw_-])+\])*\z")]
    private static partial Regex CommonSyntax();
}
