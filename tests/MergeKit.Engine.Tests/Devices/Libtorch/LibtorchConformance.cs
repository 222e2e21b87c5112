using System.Collections.Concurrent;
using MergeKit.Engine.Tests.Conformance;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Devices.Libtorch;

/// <summary>The conformance cases by libtorch on the processor, against the same merges by the engine's own arithmetic.</summary>
internal static class LibtorchConformance
{
    private static readonly ConcurrentDictionary<string, Lazy<DeviceDifference>> Differences = new(StringComparer.Ordinal);

    /// <summary>The cases that are merged, random ones included: they draw the same numbers.</summary>
    public static IEnumerable<ConformanceCase> Cases => ConformanceCase.All().Where(c => c.IsRecipe && !c.ExpectsError && !Deviation.Rejected.ContainsKey(c.Name));

    /// <summary>What differs in a case, stages included; found out once per run of the tests.</summary>
    public static DeviceDifference Of(string name) => Differences.GetOrAdd(name, _ => new Lazy<DeviceDifference>(() => Compare(ConformanceCase.Load(name)))).Value;

    private static DeviceDifference Compare(ConformanceCase c)
    {
        using var folder = new TemporaryFolder();
        var allowCrimes = Deviation.All.GetValueOrDefault(c.Name, Deviation.None).AllowCrimes;
        var (processor, device) = (Request("cpu"), Request("torch").ByLibtorch());
        Assert.Equal(MergeWorkspace.Merge(processor).Warnings, MergeWorkspace.Merge(device).Warnings);
        return c.Outputs(processor).Zip(c.Outputs(device)).Aggregate(DeviceDifference.None, (sum, pair) => sum + DeviceDifference.Of(pair.First.Actual, pair.Second.Actual));

        MergeRequest Request(string output)
        {
            var request = c.Request(folder[output]);
            return request with { AllowCrimes = request.AllowCrimes || allowCrimes };
        }
    }
}
