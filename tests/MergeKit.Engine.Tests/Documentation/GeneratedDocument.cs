namespace MergeKit.Engine.Tests.Documentation;

/// <summary>Documents that are made from the code and committed, so that they can be read without running it and cannot drift from it.</summary>
internal static class GeneratedDocument
{
    private const string UpdateSwitch = "MERGEKIT_UPDATE_DOCS";

    /// <summary>Asserts that a file below docs has the given text; writes it instead where the environment variable asks for that.</summary>
    public static void AssertCommitted(string name, string text)
    {
        var path = Repository.PathOf("docs", name);
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllText(path, text);
        }

        var committed = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        Assert.True(committed == text, $"docs/{name} is not what the code says{FirstDifference(committed, text)}. Run the tests with {UpdateSwitch}=1 to write it anew.");
    }

    private static string FirstDifference(string committed, string text)
    {
        var (old, current) = (committed.Split('\n'), text.Split('\n'));
        var line = old.Zip(current).TakeWhile(pair => pair.First == pair.Second).Count();
        return $" in line {line + 1}: '{old.ElementAtOrDefault(line)}' should be '{current.ElementAtOrDefault(line)}'";
    }
}
