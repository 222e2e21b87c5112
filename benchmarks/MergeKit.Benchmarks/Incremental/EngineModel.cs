using MergeKit.Benchmarks.Measuring;
using MergeKit.Engine;

namespace MergeKit.Benchmarks.Incremental;

/// <summary>A model that merges in this process make. Digests of inputs are remembered, whatever else is deleted.</summary>
/// <param name="folder">The folder for it and for what is remembered of it.</param>
/// <param name="cache">The folder of the cache.</param>
/// <param name="keepsWeights">Whether finished weights are kept in the cache.</param>
/// <param name="recipe">What it is made of.</param>
/// <param name="shardSize">Largest size of a file with weights in bytes.</param>
/// <param name="threads">Threads to merge with.</param>
internal sealed class EngineModel(string folder, string cache, bool keepsWeights, LayerRecipe recipe, long shardSize, int threads)
{
    private readonly WrittenFiles written = new(Path.Combine(folder, "merged"));

    /// <summary>Deletes the model and what is remembered of it.</summary>
    public void Delete()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A case that merges, after something was prepared.</summary>
    public Case Case(string name, Action prepare, List<PhaseTimes> times) => new(
        name,
        () =>
        {
            prepare();
            written.Begin();
        },
        () => Merge(times));

    private Work Merge(List<PhaseTimes> times)
    {
        var phases = new PhaseTimes();
        using var plan = Merger.Plan(new MergeRequest
        {
            Name = "merged",
            RecipePath = Path.Combine(folder, "recipe.yml"),
            RecipeText = recipe.Text,
            ProjectDirectory = folder,
            OutputDirectory = Path.Combine(folder, "merged"),
            StateDirectory = Path.Combine(folder, "state"),
            CacheDirectory = cache,
            CacheSize = keepsWeights ? long.MaxValue : 0,
            ShardSize = shardSize,
            Threads = threads,
        });
        Merger.Execute(plan, phases);
        phases.End();
        times.Add(phases);
        return new Work(phases.TensorsComputed, written.Bytes);
    }
}
