using System.Text.Json;
using MergeKit.Engine.Tests.Devices.Libtorch;

namespace MergeKit.Build.Tests.Projects;

/// <summary>The package for other devices in the tests' feed, and libtorch where the restore of its program has put it. Made once per test run.</summary>
internal static class LibtorchFeed
{
    private static readonly Lazy<string> Packages = new(Pack);

    /// <summary>References to the package and to libtorch for the processor.</summary>
    public static string Items => $"""
        <PackageReference Include="MergeKit.Engine.TorchSharp" Version="{TestFeed.Instance.Version}" />
        <PackageReference Include="TorchSharp-cpu" Version="0.107.0" />
        """;

    /// <summary>Lets a project find them.</summary>
    public static void AddTo(TestProject project) => project.Write("nuget.config", $"""
        <configuration><fallbackPackageFolders><add key="libtorch" value="{Packages.Value}" /></fallbackPackageFolders></configuration>
        """);

    private static string Pack()
    {
        DotNet.Run(
            Repository.Root,
            new Dictionary<string, string>(),
            "pack", "src/MergeKit.Engine.TorchSharp", "--artifacts-path", LibtorchProgram.Artifacts, "-o", Path.Combine(TestFeed.Instance.Root, "feed"), $"-p:PackageVersion={TestFeed.Instance.Version}").Succeeded();
        var assets = File.ReadAllBytes(Path.Combine(LibtorchProgram.Artifacts, "obj", "MergeKit.TorchHost", "project.assets.json"));
        return JsonDocument.Parse(assets).RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
    }
}
