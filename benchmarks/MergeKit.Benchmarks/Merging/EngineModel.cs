using System.Diagnostics;
using System.Globalization;
using MergeKit.Benchmarks.Measuring;
using MergeKit.Engine;

namespace MergeKit.Benchmarks.Merging;

/// <summary>A model that merges with the engine make. Digests of inputs are remembered in the cache, whatever else is deleted.</summary>
/// <param name="Folder">The folder for it and for what is remembered of it.</param>
/// <param name="Cache">The folder of the cache.</param>
/// <param name="Recipe">Gives the recipe as it is now.</param>
/// <param name="ShardSize">Largest size of a file with weights in bytes.</param>
/// <param name="Threads">Threads to merge with.</param>
internal sealed record EngineModel(string Folder, string Cache, Func<string> Recipe, long ShardSize, int Threads)
{
    /// <summary>The command that <see cref="MeasureMemory"/> runs in a process of its own.</summary>
    public const string MemoryCommand = "merge";

    private readonly WrittenFiles written = new(Path.Combine(Folder, "merged"));

    /// <summary>Whether finished weights are kept in the cache.</summary>
    public bool KeepsWeights { get; init; }

    /// <summary>What computes.</summary>
    public MergeDevice Device { get; init; } = MergeDevice.Cpu;

    /// <summary>Full path of the program that merges on other devices than the processor.</summary>
    public string? DeviceHost { get; init; }

    /// <summary>Deletes the model and what is remembered of it.</summary>
    public void Delete() => Delete(Folder);

    /// <summary>Deletes that and the cache.</summary>
    public void DeleteAll()
    {
        Delete(Folder);
        Delete(Cache);
    }

    /// <summary>Plans the merge.</summary>
    public MergePlan Plan() => Merger.Plan(new MergeRequest
    {
        Name = "merged",
        RecipePath = Path.Combine(Folder, "recipe.yml"),
        RecipeText = Recipe(),
        ProjectDirectory = Folder,
        OutputDirectory = Path.Combine(Folder, "merged"),
        StateDirectory = Path.Combine(Folder, "state"),
        CacheDirectory = Cache,
        CacheSize = KeepsWeights ? long.MaxValue : 0,
        ShardSize = ShardSize,
        Threads = Threads,
        Device = Device,
        DeviceHost = DeviceHost,
    });

    /// <summary>What cannot be done without to make the model: its inputs read, and as many bytes in as many files written.</summary>
    /// <param name="folder">The folder to write.</param>
    public Floor Floor(string folder)
    {
        using var plan = Plan();
        var inputs = plan.InputFiles.Where(file => Path.GetExtension(file) == ".safetensors").ToList();
        return new Floor(folder, inputs, plan.ShardCount, plan.OutputBytes, Threads);
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

    /// <summary>Merges once in a process of its own. The model must not keep weights.</summary>
    public MergeMemory MeasureMemory() => ThisProgram.Run<MergeMemory>(
        Recipe(), MemoryCommand, Folder, Cache, ShardSize.ToString(CultureInfo.InvariantCulture), Threads.ToString(CultureInfo.InvariantCulture));

    /// <summary>Merges as <see cref="MeasureMemory"/> asks this process to.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="arguments">What follows the command.</param>
    public static MergeMemory MergeOnce(string recipe, IReadOnlyList<string> arguments)
    {
        var shardSize = long.Parse(arguments[2], CultureInfo.InvariantCulture);
        var threads = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        new EngineModel(arguments[0], arguments[1], () => recipe, shardSize, threads).Merge([]);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        using var process = Process.GetCurrentProcess();
        return new MergeMemory(process.PeakWorkingSet64, allocated);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Work Merge(List<PhaseTimes> times)
    {
        var phases = new PhaseTimes();
        using var plan = Plan();
        Merger.Execute(plan, phases);
        phases.End();
        times.Add(phases);
        return new Work(phases.TensorsComputed, written.Bytes);
    }
}
