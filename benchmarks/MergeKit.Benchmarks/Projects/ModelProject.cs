using System.Globalization;
using System.Text.RegularExpressions;
using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;

namespace MergeKit.Benchmarks.Projects;

/// <summary>A generated project of the package's SDK, in a folder of its own.</summary>
internal sealed partial class ModelProject
{
    /// <summary>Properties of builds with a cache that remembers digests of inputs, but keeps no weights.</summary>
    public static readonly string[] DigestsOnly = ["-p:ModelMergeCacheDirectory=../digests", "-p:ModelMergeCacheSize=1"];

    private readonly PackageFeed feed;
    private readonly string folder;
    private readonly string[] properties;
    private readonly LayerRecipe? recipe;
    private readonly WrittenFiles written;

    /// <summary>Writes the project.</summary>
    /// <param name="feed">The feed with the package.</param>
    /// <param name="name">Name of the folder.</param>
    /// <param name="recipe">The merge; null for a project without one.</param>
    /// <param name="properties">Global properties of its builds.</param>
    public ModelProject(PackageFeed feed, string name, LayerRecipe? recipe, params string[] properties)
    {
        (this.feed, this.recipe, this.properties) = (feed, recipe, properties);
        folder = Path.Combine(feed.Root, name);
        written = new WrittenFiles(Path.Combine(folder, "bin", "Debug", "models", "merged"));
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "Models.proj"), $"""
            <Project Sdk="MergeKit.Build/{feed.Version}">
              <ItemGroup>{(recipe is null ? "" : "<ModelMerge Include=\"merged.yml\" />")}</ItemGroup>
            </Project>
            """);
        WriteRecipe();
    }

    /// <summary>Properties of builds that follow from the options.</summary>
    public static string[] Settings(Options options, BenchmarkModels models) =>
        [$"-p:ModelMergeThreads={options.Threads}", $"-p:ModelMergeShardSize={models.ShardSizeFor(options.Shards)}"];

    /// <summary>A case that builds, after something was prepared.</summary>
    public Case Case(string name, Action prepare) => new(
        name,
        () =>
        {
            prepare();
            written.Begin();
        },
        Build) { IsElsewhere = true };

    /// <summary>Changes the weight of one layer to the other value.</summary>
    public void Change()
    {
        recipe!.Change();
        WriteRecipe();
    }

    /// <summary>Deletes what builds made, but not what restore made: what Clean does.</summary>
    public void Clean() => Delete("bin", Path.Combine("obj", "Debug"));

    /// <summary>Leaves what stands in a new clone.</summary>
    public void MakeClone() => Delete("bin", "obj");

    private void Delete(params IEnumerable<string> names)
    {
        foreach (var path in names.Select(name => Path.Combine(folder, name)).Where(Directory.Exists))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private void WriteRecipe()
    {
        if (recipe is not null)
        {
            File.WriteAllText(Path.Combine(folder, "merged.yml"), recipe.Text);
        }
    }

    private Work Build()
    {
        var output = DotNet.Run(folder, feed.Environment, ["build", .. properties]);
        var computed = Computed().Match(output) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return new Work(computed, written.Bytes);
    }

    [GeneratedRegex(@"merged: (\d+) of \d+ tensors")]
    private static partial Regex Computed();
}
