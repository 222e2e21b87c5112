using MergeKit.Engine.Adapters;
using MergeKit.Engine.Tests.Tensors;

namespace MergeKit.Engine.Tests.Adapters;

public sealed class FactorCacheTests
{
    private readonly FactorCache cache = new(100);
    private readonly object[] tensors = [new(), new(), new()];
    private int reads;

    [Fact]
    public void What_is_kept_is_read_once() => Assert.Equal(2, ReadsOf(0, 1, 0, 1, 1));

    [Fact]
    public void What_was_used_longest_ago_goes_when_there_is_no_room() => Assert.Equal(4, ReadsOf(0, 1, 0, 2, 0, 1));

    [Fact]
    public void The_last_one_is_kept_whatever_its_size()
    {
        cache.Get(tensors[0], 1000, Read);
        cache.Get(tensors[0], 1000, Read);
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Nothing_is_kept_that_was_cleared()
    {
        ReadsOf(0);
        cache.Clear();
        Assert.Equal(2, ReadsOf(0));
    }

    private int ReadsOf(params int[] wanted)
    {
        foreach (var tensor in wanted)
        {
            cache.Get(tensors[tensor], 50, Read);
        }

        return reads;
    }

    private PackedMatrix Read()
    {
        reads++;
        return PackedMatrix.ReadRows(new MemoryTensor([1, 2]), 1, 2);
    }
}
