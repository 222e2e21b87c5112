namespace MergeKit.Engine.Tests;

/// <summary>Finds the repository that the running tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The conformance cases.</summary>
    public static string Cases => PathOf("tests", "conformance", "cases");

    /// <summary>Full path of a file or folder below the repository's root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MergeKit.Build.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MergeKit.Build.sln was not found above the tests.");
        }

        return folder;
    }
}
