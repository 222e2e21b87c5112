using System.Globalization;
using System.Resources;

namespace MergeKit.Engine.Diagnostics;

/// <summary>One coded message about a recipe, a model or a merge.</summary>
/// <param name="Code">What it is about; documented in docs/diagnostics.</param>
/// <param name="Severity">Warning or error.</param>
/// <param name="Message">What is wrong, where, and how to mend it, in one line.</param>
/// <param name="Position">The place in the recipe that is to blame, if one is.</param>
public sealed record Diagnostic(DiagnosticCode Code, DiagnosticSeverity Severity, string Message, SourcePosition? Position)
{
    private static readonly ResourceManager Messages = new("MergeKit.Engine.Diagnostics.Messages", typeof(Diagnostic).Assembly);

    /// <summary>The code as users see it, for example <c>MK1003</c>.</summary>
    public string Id => IdOf(Code);

    /// <summary>Creates an error with the message that the resource file holds for <paramref name="code"/>.</summary>
    public static Diagnostic Error(DiagnosticCode code, SourcePosition? position, params object?[] args) =>
        new(code, DiagnosticSeverity.Error, Format(code, args), position);

    /// <summary>Creates a warning with the message that the resource file holds for <paramref name="code"/>.</summary>
    public static Diagnostic Warning(DiagnosticCode code, SourcePosition? position, params object?[] args) =>
        new(code, DiagnosticSeverity.Warning, Format(code, args), position);

    /// <summary>The code as users see it.</summary>
    public static string IdOf(DiagnosticCode code) => string.Create(CultureInfo.InvariantCulture, $"MK{(int)code:D4}");

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Position is { } p ? p + ": " : "")}{(Severity == DiagnosticSeverity.Error ? "error" : "warning")} {Id}: {Message}";

    private static string Format(DiagnosticCode code, object?[] args)
    {
        var template = Messages.GetString(code.ToString(), CultureInfo.InvariantCulture)
            ?? throw new MissingManifestResourceException($"No message text for {code}.");
        return string.Format(CultureInfo.InvariantCulture, template, args);
    }
}
