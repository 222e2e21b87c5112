using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Methods;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>Random methods cannot give mergekit's elements, but over many seeds they must have the same distribution.</summary>
public sealed class RandomMethodTests : IDisposable
{
    private const int Seeds = 60;

    /// <summary>Deviations of the difference of two means; one element in a hundred million lies beyond by chance.</summary>
    private const double Limit = 5.7;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Cases => [.. ConformanceCase.All().Where(c => c.StatisticsSeeds > 0 && MergeMethod.All.ContainsKey(c.Method)).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_over_seeds_are_mergekits(string name)
    {
        var reference = ConformanceCase.Load(name);
        using var statistics = SafetensorsFile.Open(Path.Combine(reference.ExpectedFolder, "stats.safetensors"));
        var stored = statistics.Tensors.ToDictionary(tensor => tensor.Name, MergedTensors.Floats);
        var tensors = stored.Keys.Where(key => key.EndsWith(".mean", StringComparison.Ordinal)).Select(key => key[..^".mean".Length]).ToArray();
        var sums = Sums(reference, tensors);
        var scale = Limit * Math.Sqrt((1.0 / Seeds) + (1.0 / reference.StatisticsSeeds));
        foreach (var tensor in tensors)
        {
            var (means, deviations) = (stored[$"{tensor}.mean"], stored[$"{tensor}.std"]);
            for (var i = 0; i < means.Length; i++)
            {
                var mean = sums[tensor][i] / Seeds;
                Assert.True(Math.Abs(mean - means[i]) <= scale * deviations[i] + 1e-6, $"{tensor}[{i}]: mean {mean:R}, expected {means[i]:R} ± {deviations[i]:R}");
            }
        }
    }

    public void Dispose() => folder.Dispose();

    private Dictionary<string, double[]> Sums(ConformanceCase reference, string[] tensors)
    {
        var sums = new Dictionary<string, double[]>();
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
