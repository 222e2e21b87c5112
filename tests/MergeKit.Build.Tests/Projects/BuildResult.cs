using System.Text.RegularExpressions;

namespace MergeKit.Build.Tests.Projects;

/// <summary>What a dotnet command printed and how it ended.</summary>
internal sealed partial record BuildResult(int ExitCode, string Output)
{
    public BuildResult Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    public BuildResult Failed()
    {
        Assert.True(ExitCode != 0, Output);
        return this;
    }

    /// <summary>Names of the models that the build made, in order: the lines <c>name -> …/name/</c>.</summary>
    public IReadOnlyList<string> Merged =>
        [.. Output.Split('\n').Select(line => line.Trim().Split(" -> "))
            .Where(parts => parts.Length == 2 && parts[1].EndsWith($"/{parts[0]}/", StringComparison.Ordinal))
            .Select(parts => parts[0])];

    /// <summary>What the build computed, or the plan would, in order: the lines <c>name: 12 of 39 tensors (reason)</c>.</summary>
    public IReadOnlyList<ReportedWork> Work =>
        [.. WorkLine().Matches(Output).Select(match => match.Groups).Select(groups => new ReportedWork(
            groups["name"].Value, int.Parse(groups["computed"].ValueSpan), int.Parse(groups["count"].ValueSpan), groups["reason"].Value))];

    public bool Says(string text) => Output.Contains(text, StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*(?<name>[^\s:]+): (?<computed>\d+) of (?<count>\d+) tensors(?: \((?<reason>.*)\))?(?:, .* to write)?\r?$", RegexOptions.Multiline)]
    private static partial Regex WorkLine();
}
