namespace MergeKit.Build.Tests.Projects;

/// <summary>What a dotnet command printed and how it ended.</summary>
internal sealed record BuildResult(int ExitCode, string Output)
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

    public bool Says(string text) => Output.Contains(text, StringComparison.Ordinal);
}
