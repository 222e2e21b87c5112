namespace MergeKit.Benchmarks.Projects;

/// <summary>A folder with a feed that holds this repository's package only, and with caches of its own: what a new machine has.</summary>
internal sealed class PackageFeed
{
    /// <summary>Packs the package from source.</summary>
    /// <param name="root">The folder to make.</param>
    public PackageFeed(string root)
    {
        Root = root;
        Directory.CreateDirectory(root);
        Environment = new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(root, "packages"), ["XDG_CACHE_HOME"] = Path.Combine(root, "cache") };
        File.WriteAllText(
            Path.Combine(root, "nuget.config"),
            """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>""");
        DotNet.Run(
            RepositoryRoot(),
            new Dictionary<string, string>(),
            "pack", "src/MergeKit.Build", "-c", "Release", "-v", "quiet", "-o", Path.Combine(root, "feed"), $"-p:PackageVersion={Version}");
    }

    /// <summary>The folder, below which projects find the feed.</summary>
    public string Root { get; }

    /// <summary>The package's version.</summary>
    public string Version { get; } = $"1.0.0-benchmark.{Guid.NewGuid():N}";

    /// <summary>Variables that keep builds to the folder.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MergeKit.Build.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmark is not run from the repository, whose package it builds.");
        }

        return folder;
    }
}
