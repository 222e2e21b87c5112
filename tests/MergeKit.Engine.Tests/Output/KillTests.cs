using System.Diagnostics;
using MergeKit.Engine.Numerics;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A process that merges is killed at any moment; the next merge always ends with the right bytes, and uses what was finished.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 40;
    private const int Tensors = 12;
    private const int Columns = 50_000;
    private const string Recipe = "merge_method: linear\nmodels: [{ model: a, parameters: { weight: 0.6 } }, { model: b, parameters: { weight: 0.4 } }]\n";

    private readonly MergeWorkspace workspace = new();
    private readonly Random random = new(20_260_101);

    public KillTests()
    {
        foreach (var (model, seed) in new[] { ("a", 1), ("b", 2) })
        {
            var weights = new SafetensorsBuilder();
            for (var i = 0; i < Tensors; i++)
            {
                weights.Add($"t{i:D2}.weight", DType.F32, [Columns], Noise.Normal((100 * seed) + i, Columns));
            }

            workspace.Model(model, weights);
        }

        FileStamps.Age(workspace.Path);
    }

    [Fact]
    public void After_a_kill_at_any_moment_the_next_merge_ends_with_the_right_bytes()
    {
        // One of the four files is the same in both models, and of another one some tensors.
        MergeRequest[] requests = [Request(Recipe), Request(Recipe.Replace("0.6", "[{ filter: t0, value: 0.7 }, { filter: t10, value: 0.7 }, { value: 0.6 }]", StringComparison.Ordinal).Replace("t0,", "t00,", StringComparison.Ordinal))];
        IReadOnlyList<string>[] expected = [CleanMerge.Of(requests[0]), CleanMerge.Of(requests[1])];
        var reused = 0;
        var time = TimeOf(requests);
        for (var kill = 0; kill < Kills; kill++)
        {
            Forget(kill);
            var withCache = kill % 4 == 3;
            Kill([.. requests.Select(request => withCache ? request with { CacheDirectory = workspace["cache"] } : request)], time);
            var next = random.Next(2);
            reused += MergeAfterKill(withCache ? requests[next] with { CacheDirectory = workspace["cache"] } : requests[next]);
            Assert.Equal(expected[next], FolderContent.Of(workspace.Output));
            Assert.Equal([workspace.Output], Directory.GetFileSystemEntries(workspace["models"]));
        }

        Assert.NotEqual(0, reused);
    }

    public void Dispose() => workspace.Dispose();

    private MergeRequest Request(string recipe) => workspace.Request(recipe) with { ShardSize = 3 * Columns * sizeof(float) };

    /// <summary>The time that a new process takes for the merges.</summary>
    private static TimeSpan TimeOf(IEnumerable<MergeRequest> requests)
    {
        using var process = MergeProcess.Start();
        var watch = Stopwatch.StartNew();
        Assert.All(requests, request => Assert.Equal("", process.Merge(request)));
        return watch.Elapsed;
    }

    /// <summary>Kills merges at some moment, or one of them while it writes, which takes only a small part of the time.</summary>
    private void Kill(MergeRequest[] requests, TimeSpan time)
    {
        using var process = MergeProcess.Start();
        if (random.Next(2) == 0)
        {
            process.KillInMerge(requests[random.Next(2)], 1 + random.Next(Tensors));
            return;
        }

        foreach (var request in requests)
        {
            process.Send(request);
        }

        process.KillAfter(time * random.NextDouble());
    }

    /// <summary>Merges; gives the number of tensors that neither were computed nor stand in the previous model, but come from the killed merge.</summary>
    private static int MergeAfterKill(MergeRequest request)
    {
        var watcher = new MergeWatcher();
        using var plan = Merger.Plan(request);
        var expected = Merger.Preview(plan)[0].TensorsToCompute;
        Merger.Execute(plan, watcher);
        return request.CacheDirectory is null ? expected - watcher.Works[^1].TensorsToCompute : 0;
    }

    /// <summary>Now the kill meets a first merge, now one that replaces a model; now with, now without anything remembered.</summary>
    private void Forget(int kill)
    {
        string[] names = [.. kill % 2 == 0 ? new[] { "models" } : [], .. kill % 5 == 0 ? new[] { "state" } : [], .. kill % 3 == 0 ? new[] { "cache" } : []];
        foreach (var name in names.Where(name => Directory.Exists(workspace[name])))
        {
            Directory.Delete(workspace[name], recursive: true);
        }
    }
}
