using MergeKit.Engine.Tests.TestModels;

namespace MergeKit.Engine.Tests.Planning;

public sealed class HeadersOnlyTests
{
    [Fact]
    public void Planning_reads_headers_only_however_large_the_tensors_are()
    {
        const long Rows = 1L << 29;
        using var folder = new MergeFolder();
        foreach (var name in new[] { "base", "math" })
        {
            folder.Add(name, TinyModel.Llama().Add("model.norm.weight", Rows, 4));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        using var plan = folder.Plan("merge_method: ties\nbase_model: ./base\nmodels: [{model: ./math}]\nparameters: {weight: 1, density: 0.5}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.InRange(plan.OutputBytes, Rows * 16, (Rows * 16) + 10_000);
        Assert.Equal(2 * plan.OutputBytes, plan.InputBytes);
        Assert.Equal(2, plan.ShardCount);
    }
}
