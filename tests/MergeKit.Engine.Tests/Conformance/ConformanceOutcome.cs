using System.Collections.Concurrent;
using MergeKit.Engine.Checkpoints;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Conformance;

/// <summary>How close a merge came to mergekit's.</summary>
/// <param name="Elements">Number of elements compared.</param>
/// <param name="Misses">Number of those beyond the case's tolerance.</param>
/// <param name="Allowed">Number of those that may be.</param>
/// <param name="LargestDifference">Largest difference of two elements.</param>
internal sealed record ConformanceOutcome(long Elements, long Misses, long Allowed, double LargestDifference)
{
    private static readonly ConcurrentDictionary<string, Lazy<ConformanceOutcome>> Outcomes = new(StringComparer.Ordinal);

    /// <summary>Makes the merge, once per run of the tests, and compares tensor names, dtypes, shapes and values.</summary>
    public static ConformanceOutcome Of(string name) => Outcomes.GetOrAdd(name, _ => new Lazy<ConformanceOutcome>(() => Compare(ConformanceCase.Load(name)))).Value;

    /// <summary>Makes the merge of a case.</summary>
    public static void Merge(ConformanceCase c, Deviation deviation, string output)
    {
        var request = c.Request(output);
        using var plan = Merger.Plan(request with { AllowCrimes = request.AllowCrimes || deviation.AllowCrimes });
        Merger.Execute(plan);
    }

    private static ConformanceOutcome Compare(ConformanceCase c)
    {
        var deviation = Deviation.All.GetValueOrDefault(c.Name, Deviation.None);
        using var output = new TemporaryFolder();
        Merge(c, deviation, output["out"]);
        return c.Outputs(c.Request(output["out"])).Aggregate(
            new ConformanceOutcome(0, 0, 0, 0), (outcome, folders) => outcome.With(c, deviation, folders.Expected, folders.Actual));
    }

    private ConformanceOutcome With(ConformanceCase c, Deviation deviation, string expectedFolder, string actualFolder)
    {
        using var actual = Checkpoint.Open(actualFolder);
        var expected = ReadExpected(expectedFolder).SelectMany(tensor => deviation.Rename(tensor)).ToList();
        if (c.Kept is null)
        {
            Assert.Equal(expected.Select(tensor => tensor.Name).Order(StringComparer.Ordinal), actual.Tensors.Keys.Where(tensor => !deviation.ExtraTensors(tensor)).Order(StringComparer.Ordinal));
        }

        var outcome = this;
        foreach (var tensor in expected)
        {
            var merged = actual.Tensors[tensor.Name];
            Assert.Equal((tensor.Name, tensor.DType, tensor.Shape), (merged.Name, merged.DType, merged.Shape));
            if (!deviation.NotCompared(tensor.Name))
            {
                outcome = outcome.With(c, tensor, merged);
            }
        }

        return outcome with { Allowed = (long)Math.Ceiling((3 * c.FractionBeyondTolerance + deviation.AllowedFraction) * outcome.Elements) };
    }

    private static List<ExpectedTensor> ReadExpected(string folder)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return [.. checkpoint.Tensors.Values.Select(tensor => new ExpectedTensor(tensor.Name, tensor.DType, tensor.Shape, MergedTensors.Bytes(tensor)))];
    }

    private ConformanceOutcome With(ConformanceCase c, ExpectedTensor expected, TensorSource actual)
    {
        if (c.Compare == "exact" || !expected.DType.IsFloat())
        {
            Assert.Equal(expected.Bytes, MergedTensors.Bytes(actual));
            return this with { Elements = Elements + expected.Shape.ElementCount };
        }

        var pairs = expected.Floats().Zip(MergedTensors.Floats(actual)).ToList();
        var misses = pairs.LongCount(pair => !(Math.Abs(pair.First - pair.Second) <= c.AbsoluteTolerance + c.RelativeTolerance * Math.Abs(pair.First)));
        var largest = pairs.Select(pair => Math.Abs((double)pair.First - pair.Second)).DefaultIfEmpty().Max();
        return new ConformanceOutcome(Elements + pairs.Count, Misses + misses, 0, Math.Max(LargestDifference, largest));
    }
}
