using MergeKit.Engine.Diagnostics;
using MergeKit.Engine.Recipes;

namespace MergeKit.Engine.Tests.Recipes;

/// <summary>Short ways to read recipes in tests.</summary>
internal static class Read
{
    public const string Head = "merge_method: linear\nmodels:\n  - model: a\n";

    public static Recipe One(string yaml) => Assert.Single(All(yaml));

    public static IReadOnlyList<Recipe> All(string yaml) => RecipeReader.Parse(yaml, "recipe.yml", new DiagnosticBag());

    /// <summary>The setting of the global parameter p.</summary>
    public static Setting Setting(string yaml) =>
        One($"{Head}parameters:\n  p: {yaml}").Parameters.TryGet("p", out var setting) ? setting : throw new KeyNotFoundException("p");

    /// <summary>The errors of an invalid recipe as <c>(line,column) code</c>.</summary>
    public static string[] Errors(string yaml) => [.. Diagnostics(yaml)
        .Where(d => d.Severity == DiagnosticSeverity.Error)
        .Select(d => $"({d.Position!.Value.Line},{d.Position.Value.Column}) {d.Code}")];

    public static string Message(string yaml) => Assert.Single(Diagnostics(yaml)).Message;

    private static IReadOnlyList<Diagnostic> Diagnostics(string yaml) => Assert.Throws<MergeException>(() => All(yaml)).Diagnostics;
}
