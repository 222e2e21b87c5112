namespace MergeKit.Engine.Tests;

/// <summary>Places in the repository that tests read from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The conformance cases.</summary>
    public static string Cases => Path.Combine(Root, "tests", "conformance", "cases");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MergeKit.Build.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the tests holds MergeKit.Build.sln.");
    }
}
