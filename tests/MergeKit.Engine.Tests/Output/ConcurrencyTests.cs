using MergeKit.Engine.Output;
using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Output;

/// <summary>Builds that write one model, or use one cache, at the same time.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private static readonly string Other = SmallModels.Linear.Replace("weight: 0.6", "weight: [{ filter: t0, value: 0.7 }, { value: 0.6 }]", StringComparison.Ordinal);

    private readonly MergeWorkspace workspace = new();

    public ConcurrencyTests()
    {
        SmallModels.Write(workspace);
        FileStamps.Age(workspace.Path);
    }

    [Fact]
    public void Processes_and_threads_that_merge_into_one_folder_follow_each_other()
    {
        MergeRequest[] requests = [Request(SmallModels.Linear), Request(Other)];
        var expected = requests.Select(CleanMerge.Of).ToList();
        using var first = MergeProcess.Start();
        using var second = MergeProcess.Start();
        Parallel.Invoke(
            () => Merge(0, request => Assert.Equal("", first.Merge(request))),
            () => Merge(1, request => Assert.Equal("", second.Merge(request))),
            () => Merge(0, request => MergeWorkspace.Merge(request)),
            () => Merge(1, request => MergeWorkspace.Merge(request)));
        var content = FolderContent.Of(workspace.Output);
        Assert.Contains(expected, content.SequenceEqual);
        foreach (var request in requests)
        {
            CleanMerge.Work(request);
        }

        void Merge(int start, Action<MergeRequest> merge)
        {
            for (var i = 0; i < 6; i++)
            {
                merge(requests[(start + i) % 2]);
            }
        }
    }

    [Fact]
    public void Merges_that_share_a_cache_write_the_right_bytes()
    {
        var expected = new[] { SmallModels.Linear, Other }.Select(recipe => CleanMerge.Of(Request(recipe))).ToList();
        Parallel.For(0, 4, project =>
        {
            for (var i = 0; i < 6; i++)
            {
                // Room for less than both models, so that weights are evicted while others fetch them.
                var request = Request((project + i) % 2 == 0 ? SmallModels.Linear : Other) with
                {
                    OutputDirectory = workspace[$"project-{project}/out"],
                    StateDirectory = workspace[$"project-{project}/state"],
                    CacheDirectory = workspace["cache"],
                    CacheSize = 16 * SmallModels.TensorBytes,
                };
                Assert.Empty(MergeWorkspace.Merge(request).Warnings);
                Assert.Equal(expected[(project + i) % 2], FolderContent.Of(request.OutputDirectory));
            }
        });
    }

    [Fact]
    public void A_lock_that_is_deleted_when_it_is_given_back_is_never_held_twice()
    {
        var path = workspace["lock"];
        var (holders, taken) = (0, 0);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            for (var own = 0; own < 500;)
            {
                using var held = FolderLock.TryTake(path);
                if (held is not null)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    own++;
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref holders);
                }
            }
        });
        Assert.Equal(2000, taken);
        Assert.False(File.Exists(path));
    }

    public void Dispose() => workspace.Dispose();

    private MergeRequest Request(string recipe) => workspace.Request(recipe) with { ShardSize = 3 * SmallModels.TensorBytes };
}
