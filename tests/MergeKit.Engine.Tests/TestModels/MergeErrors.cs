using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.TestModels;

/// <summary>Asserts on the engine's errors.</summary>
internal static class MergeErrors
{
    /// <summary>Asserts that the only error is <paramref name="code"/> and gives back its message.</summary>
    public static string Single(DiagnosticCode code, Action action)
    {
        var error = Assert.Single(Assert.Throws<MergeException>(action).Diagnostics);
        Assert.True(code == error.Code, $"expected {code}, got {error}");
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
