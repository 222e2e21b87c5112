using System.Diagnostics;
using MergeKit.Engine;
using MergeKit.SyntheticModels;

namespace MergeKit.MemoryProbe;

/// <summary>Generates models, merges them, and reports time and memory.</summary>
internal static class Probe
{
    private const string FineTunes = """
        base_model: base
        models:
          - { model: math, parameters: { weight: 0.6, density: 0.4 } }
          - { model: chat, parameters: { weight: 0.5, density: 0.7 } }
        """;

    private const int Files = 60;

    /// <summary>In files of a layer each, 8.3 MB of tensors that are written early follow 6.3 MB of others that are written late.</summary>
    private static readonly LlamaShape LayerFiles = new(Vocabulary: 1050, Hidden: 1020, Intermediate: 1050, Layers: Files);

    /// <summary>One tensor has 537 MB.</summary>
    private static readonly LlamaShape LargeEmbedding = new(Vocabulary: 131_072, Hidden: 2048, Intermediate: 5632, Layers: 0);

    private static readonly (string Method, string Recipe)[] Merges =
    [
        ("ties", $"merge_method: ties\n{FineTunes}"),
        ("dare_ties", $"merge_method: dare_ties\n{FineTunes}"),
        ("slerp", "merge_method: slerp\nbase_model: base\nmodels: [{ model: base }, { model: math }]\nparameters: { t: 0.4 }"),
    ];

    /// <summary>Merges in <paramref name="folder"/>, with inputs of <paramref name="inputBytes"/> in total.</summary>
    public static void Run(string folder, long inputBytes)
    {
        var shape = LargeEmbedding.WithLayersFor(inputBytes / 3);
        foreach (var (seed, name) in new[] { "base", "math", "chat" }.Index())
        {
            GeneratedModel.Ensure(Path.Combine(folder, name), shape, seed);
        }

        Console.WriteLine($"inputs: {3 * shape.ByteLength / 1e9:F2} GB in 3 models; {PeakMegabytes():F0} MB resident at most while writing them");
        foreach (var (method, recipe) in Merges)
        {
            Merge(folder, method, recipe);
        }

        PrintPeak();
    }

    /// <summary>Merges in <paramref name="folder"/> a model of 880 MB that is written in many files.</summary>
    public static void RunFiles(string folder)
    {
        GeneratedModel.Ensure(Path.Combine(folder, "base"), LayerFiles, seed: 0);
        Merge(folder, "passthrough", "merge_method: passthrough\nmodels: [{ model: base, parameters: { scale: 0.5 } }]", LayerFiles.ByteLength / Files);
        PrintPeak();
    }

    private static void PrintPeak() => Console.WriteLine($"peak resident memory: {PeakMegabytes():F0} MB");

    private static void Merge(string folder, string method, string recipe, long shardSize = long.MaxValue)
    {
        var request = new MergeRequest
        {
            Name = method,
            RecipePath = Path.Combine(folder, "recipe.yml"),
            RecipeText = recipe,
            ProjectDirectory = folder,
            OutputDirectory = Path.Combine(folder, "merged"),
            StateDirectory = Path.Combine(folder, "state"),
            ShardSize = shardSize,
            Threads = 2,
        };
        var watch = Stopwatch.StartNew();
        using var plan = Merger.Plan(request);
        var firstTensor = new FirstReport(watch);
        var result = Merger.Execute(plan, firstTensor);
        var seconds = watch.Elapsed.TotalSeconds;
        var files = Directory.GetFiles(request.OutputDirectory, "*.safetensors").Length;
        Console.WriteLine(
            $"{method} (files: {files}): {seconds:F1} s ({firstTensor.Seconds:F1} s until the first bytes were written), " +
            $"{plan.InputBytes / seconds / 1e6:F0} MB/s read, {result.TotalBytes / seconds / 1e6:F0} MB/s written; {PeakMegabytes():F0} MB resident at most");
    }

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private sealed class FirstReport(Stopwatch watch) : IMergeObserver
    {
        private long ticks;

        public double Seconds => TimeSpan.FromTicks(ticks).TotalSeconds;

        public void Computing(string device)
        {
        }

        public void Waiting(string outputDirectory)
        {
        }

        public void Starting(MergeWork work)
        {
        }

        public void Report(MergeProgress value) => Interlocked.CompareExchange(ref ticks, watch.ElapsedTicks * TimeSpan.TicksPerSecond / Stopwatch.Frequency, 0);
    }
}
