using MergeKit.Benchmarks.Measuring;
using MergeKit.Benchmarks.Merging;
using MergeKit.Benchmarks.Projects;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>Builds of generated projects with dotnet build and this repository's package.</summary>
internal static class ProjectBuilds
{
    /// <summary>Measures the parts that are wanted.</summary>
    public static IEnumerable<Comparison> Run(string folder, Options options, BenchmarkModels models)
    {
        var feed = new PackageFeed(folder);
        var settings = ModelProject.Settings(options, models);
        if (options.Wants("no-op"))
        {
            yield return Measure.Alternately(
                "dotnet build where nothing changed",
                options.Runs,
                new ModelProject(feed, "without", null, settings).Case("project without a merge", () => { }),
                new ModelProject(feed, "with", new LayerRecipe(models, options.Method), settings).Case("project with an up-to-date merge", () => { }));
        }

        if (options.Wants("builds"))
        {
            var project = new ModelProject(feed, "computed", new LayerRecipe(models, options.Method), [.. settings, .. ModelProject.DigestsOnly]);
            var clone = new ModelProject(feed, "cached", new LayerRecipe(models, options.Method), settings);
            yield return Measure.Alternately(
                $"dotnet build, {options.Title}",
                options.Runs,
                project.Case("full build", project.Clean),
                project.Case($"weight of 1 of {BenchmarkModels.Layers} layers changed", project.Change),
                clone.Case("new clone, served by the cache", clone.MakeClone));
        }
    }
}
