using System.Collections.Concurrent;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Means of a random method's results over seeds, against mergekit's.</summary>
internal static class SeedStatistics
{
    public const int Seeds = 60;

    /// <summary>A difference that counts as none.</summary>
    private const double Tolerance = 1e-6;

    private static readonly ConcurrentDictionary<string, Lazy<double>> Deviations = new(StringComparer.Ordinal);

    /// <summary>
    /// The largest difference of an element's mean from mergekit's, in standard errors of that difference; infinite if it differs where mergekit's
    /// element never varies. Computed once per run of the tests.
    /// </summary>
    public static double LargestDeviation(string name) => Deviations.GetOrAdd(name, _ => new Lazy<double>(() => Compute(ConformanceCase.Load(name)))).Value;

    private static double Compute(ConformanceCase reference)
    {
        using var statistics = SafetensorsFile.Open(Path.Combine(reference.ExpectedFolder, "stats.safetensors"));
        var stored = statistics.Tensors.ToDictionary(tensor => tensor.Name, MergedTensors.Floats);
        var tensors = stored.Keys.Where(key => key.EndsWith(".mean", StringComparison.Ordinal)).Select(key => key[..^".mean".Length]).ToArray();
        var sums = Sums(reference, tensors);
        var scale = Math.Sqrt((1.0 / Seeds) + (1.0 / reference.StatisticsSeeds));
        return tensors.SelectMany(tensor => sums[tensor].Zip(stored[$"{tensor}.mean"], stored[$"{tensor}.std"])).Max(element =>
            Math.Abs(element.First / Seeds - element.Second) is var difference && difference <= Tolerance ? 0 : (difference - Tolerance) / (scale * element.Third));
    }

    private static Dictionary<string, double[]> Sums(ConformanceCase reference, string[] tensors)
    {
        var sums = new Dictionary<string, double[]>();
        using var folder = new TemporaryFolder();
        for (var seed = 0; seed < Seeds; seed++)
        {
            MergeWorkspace.Merge(reference.Request(folder["out"]) with { Seed = seed, CopyTokenizer = false, WriteModelCard = false });
            using var merged = Checkpoint.Open(folder["out"]);
            foreach (var tensor in tensors)
            {
                var values = MergedTensors.Floats(merged.Tensors[tensor]);
                sums[tensor] = [.. values.Zip(sums.GetValueOrDefault(tensor, new double[values.Length]), (value, sum) => sum + value)];
            }
        }

        return sums;
    }
}
