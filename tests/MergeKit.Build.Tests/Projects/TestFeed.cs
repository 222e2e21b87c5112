using System.Reflection;

namespace MergeKit.Build.Tests.Projects;

/// <summary>
/// A folder outside the repository with a feed that holds only this repository's package, an empty package cache and the sample
/// models: what a new machine without network has. Made once per test run.
/// </summary>
internal sealed class TestFeed
{
    private static readonly Lazy<TestFeed> Shared = new(() => new TestFeed());

    private TestFeed()
    {
        Root = Directory.CreateTempSubdirectory("mergekit-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Root, recursive: true);
        Version = $"1.0.0-test.{Guid.NewGuid():N}";
        Environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = Path.Combine(Root, "packages"),
            ["NO_PROXY"] = "127.0.0.1",
            ["MERGEKIT_WEIGHTS_TOKEN"] = WeightsToken,
            ["MERGEKIT_WEIGHTS_HOST"] = "127.0.0.1",
        };

        File.WriteAllText(
            Path.Combine(Root, "nuget.config"),
            """<configuration><packageSources><clear /><add key="feed" value="feed" /></packageSources></configuration>""");
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("samples", "models"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Root, "models", Path.GetRelativePath(Repository.PathOf("samples", "models"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        // The package of what the test project's own build has just compiled.
        var configuration = typeof(TestFeed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        DotNet.Run(
            Repository.Root,
            new Dictionary<string, string>(),
            "pack", "src/MergeKit.Build", "--no-build", "-c", configuration, "-o", Path.Combine(Root, "feed"), $"-p:PackageVersion={Version}").Succeeded();
    }

    /// <summary>What projects send to servers of weights.</summary>
    public const string WeightsToken = "s3cret-t0ken";

    public static TestFeed Instance => Shared.Value;

    public string Root { get; }

    public string Version { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }
}
