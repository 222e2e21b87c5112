using System.Security.Cryptography;
using System.Text.Json;

namespace MergeKit.Build.Tests.Projects;

/// <summary>A generated project in a folder of its own, beside the sample models.</summary>
internal sealed class TestProject : IDisposable
{
    private static int count;

    private TestProject(string folderName)
    {
        Folder = System.IO.Path.Combine(TestFeed.Instance.Root, $"{Interlocked.Increment(ref count)}{folderName}");
        Directory.CreateDirectory(Folder);
        Cache = System.IO.Path.Combine(TestFeed.Instance.Root, "caches", System.IO.Path.GetFileName(Folder));
    }

    public string Folder { get; }

    /// <summary>The environment of the commands.</summary>
    public Dictionary<string, string> Environment { get; } = new(TestFeed.Instance.Environment);

    /// <summary>
    /// The user's cache folder: one of its own, because models made from one cache share their bytes, and tests write into models.
    /// </summary>
    public string Cache
    {
        get => Environment["XDG_CACHE_HOME"];
        set => Environment["XDG_CACHE_HOME"] = value;
    }

    /// <summary>A project of the package's own SDK, with recipes chat.yml and math.yml ready to be merged.</summary>
    public static TestProject OfModels(string items, string properties = "", string folderName = "")
    {
        var project = new TestProject(folderName);
        project.WriteModels(items, properties);
        project.Write("recipes/chat.yml", Recipe.Linear("adder", "sorter"));
        project.Write("recipes/math.yml", Recipe.Linear("adder", "reverser"));
        return project;
    }

    /// <summary>A console application that references the package and tells whether it sees the model's config.json.</summary>
    public static TestProject OfApplication()
    {
        var project = new TestProject("");
        project.Write("recipes/chat.yml", Recipe.Linear("adder", "sorter"));
        project.Write("App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MergeKit.Build" Version="{TestFeed.Instance.Version}" PrivateAssets="all" />
                <ModelMerge Include="recipes/chat.yml" />
              </ItemGroup>
            </Project>
            """);
        project.Write("Program.cs", """
            var config = System.IO.Path.Combine(System.AppContext.BaseDirectory, "models", "chat", "config.json");
            System.Console.WriteLine(System.IO.File.Exists(config) ? "model found" : "no model");
            """);
        return project;
    }

    public void WriteModels(string items, string properties = "") => WriteModelProject("Models.proj", items, properties);

    /// <summary>Another project of the package's own SDK.</summary>
    public void WriteModelProject(string relative, string items, string properties = "") => Write(relative, $"""
        <Project Sdk="MergeKit.Build/{TestFeed.Instance.Version}">
          <PropertyGroup>{properties}</PropertyGroup>
          <ItemGroup>{items}</ItemGroup>
        </Project>
        """);

    /// <summary>A console application in the folder <c>app</c> that prints the assembly's metadata.</summary>
    public void WriteApplication(string items, string properties = "")
    {
        Write("app/App.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                {properties}
              </PropertyGroup>
              <ItemGroup>{items}</ItemGroup>
            </Project>
            """);
        Write("app/Program.cs", """
            foreach (System.Reflection.AssemblyMetadataAttribute data in typeof(Program).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false))
                System.Console.WriteLine($"{data.Key}={data.Value}");
            """);
    }

    /// <summary>A feed in the folder <c>feed</c>, beside the one with the package under test.</summary>
    public void WriteFeed()
    {
        Directory.CreateDirectory(Path("feed"));
        Write("nuget.config", """<configuration><packageSources><add key="own" value="feed" /></packageSources></configuration>""");
    }

    public BuildResult Build(params string[] arguments) => Run(["build", .. arguments]);

    public BuildResult Run(params string[] arguments) => DotNet.Run(Folder, Environment, arguments);

    /// <summary>Builds as a user whose system has the given locale.</summary>
    public BuildResult BuildInLocale(string locale) =>
        DotNet.Run(Folder, new Dictionary<string, string>(Environment) { ["LC_ALL"] = locale }, "build");

    /// <summary>Builds with environment variables that differ from those of other builds.</summary>
    public BuildResult BuildWith(string variable, string value, params string[] arguments) =>
        DotNet.Run(Folder, new Dictionary<string, string>(Environment) { [variable] = value }, ["build", .. arguments]);

    /// <summary>A copy of the whole folder, with what was built and with the files' times.</summary>
    public TestProject Copy()
    {
        var copy = new TestProject("");
        CopyFolder(Folder, copy.Folder);
        return copy;
    }

    /// <summary>A copy of what a user wrote, without what was built.</summary>
    public TestProject Clone()
    {
        var clone = new TestProject("");
        CopyFolder(Folder, clone.Folder, file => !file.Split('/').Any(part => part is "bin" or "obj" or "cache"));
        return clone;
    }

    /// <summary>The files of a model, or of several, as a clone of this project has them that was built without a cache.</summary>
    public IReadOnlyDictionary<string, string> CleanContents(string relative, params string[] arguments)
    {
        using var clone = Clone();
        clone.Build(["-p:ModelMergeCache=false", .. arguments]).Succeeded();
        return clone.Contents(relative);
    }

    /// <summary>Puts one of the sample models into the project, with the original's times.</summary>
    public void WriteModel(string relative, string sample) =>
        CopyFolder(System.IO.Path.Combine(TestFeed.Instance.Root, "models", sample), Path(relative));

    public string Path(string relative) => System.IO.Path.Combine(Folder, relative);

    public bool Has(string relative) => File.Exists(Path(relative));

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(relative))!);
        File.WriteAllText(Path(relative), text);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public void Delete(string relative) => File.Delete(Path(relative));

    /// <summary>Every file and folder in the project's folder.</summary>
    public IReadOnlyList<string> Entries() =>
        [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Select(entry => System.IO.Path.GetRelativePath(Folder, entry)).Order()];

    /// <summary>The files of a folder and those below, and the hashes of their bytes.</summary>
    public IReadOnlyDictionary<string, string> Contents(string relative) =>
        Directory.EnumerateFiles(Path(relative), "*", SearchOption.AllDirectories).ToDictionary(
            file => System.IO.Path.GetRelativePath(Path(relative), file),
            file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));

    /// <summary>The MergedModel items as <c>-getItem</c> prints them.</summary>
    public IReadOnlyList<Dictionary<string, string>> MergedModels(params string[] arguments)
    {
        var json = Build(["-getItem:MergedModel", .. arguments]).Succeeded().Output;
        return JsonDocument.Parse(json).RootElement.GetProperty("Items").GetProperty("MergedModel")
            .Deserialize<List<Dictionary<string, string>>>()!;
    }

    private static void CopyFolder(string from, string to, Func<string, bool>? isCopied = null)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            if (isCopied?.Invoke(System.IO.Path.GetRelativePath(from, file)) == false)
                continue;

            var copy = System.IO.Path.Combine(to, System.IO.Path.GetRelativePath(from, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
            File.SetLastWriteTimeUtc(copy, File.GetLastWriteTimeUtc(file));
        }
    }
}
