using System.Security.Cryptography;
using MergeKit.Engine.Output;

namespace MergeKit.Engine.Tests.Output;

/// <summary>A hash of parts that come in any order, which wait in memory or in the file.</summary>
public sealed class RunningHashTests
{
    private const int PartBytes = 5000;
    private const int Parts = 100;

    private readonly byte[] content = new byte[(PartBytes * Parts) - 7];
    private readonly byte[] file;
    private readonly Random random = new(11);
    private long bytesRead;

    public RunningHashTests()
    {
        random.NextBytes(content);
        file = new byte[content.Length];
    }

    private string Expected => Convert.ToHexStringLower(SHA256.HashData(content));

    private static long Ample => 2L * Parts * 8192;

    [Fact]
    public void Parts_in_any_order_wait_in_memory_while_there_is_room()
    {
        using var hash = Hash(new HashMemory(Ample));
        Array.ForEach(Shuffled(), part => Write(hash, part));
        Assert.Equal(Expected, hash.Finish(content.Length));
        Assert.Equal(0, bytesRead);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8192)]
    [InlineData(20 * 8192)]
    public void Parts_for_which_there_is_no_room_are_read_back(long limit)
    {
        using var hash = Hash(new HashMemory(limit));
        foreach (var part in Enumerable.Range(0, Parts).Reverse())
        {
            Write(hash, part);
        }

        // The last part is the first of the file and never waits. Of each array, only the part's bytes could be used.
        Assert.Equal(content.Length - PartBytes - HeldOf(limit), bytesRead);
        Assert.Equal(Expected, hash.Finish(content.Length));
    }

    [Fact]
    public void Parts_that_were_kept_are_read_back()
    {
        content.AsSpan(PartBytes, PartBytes).CopyTo(file.AsSpan(PartBytes));
        using var hash = Hash(new HashMemory(Ample));
        hash.Keep(PartBytes, PartBytes);
        Array.ForEach([.. Shuffled().Where(part => part != 1)], part => Write(hash, part));
        Assert.Equal(Expected, hash.Finish(content.Length));
        Assert.Equal(PartBytes, bytesRead);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10 * 8192)]
    [InlineData(1 << 24)]
    public void Threads_may_write_at_the_same_time(long limit)
    {
        using var hash = Hash(new HashMemory(limit));
        Parallel.ForEach(Shuffled(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, part => Write(hash, part));
        Assert.Equal(Expected, hash.Finish(content.Length));
    }

    [Fact]
    public void Files_share_the_memory_and_give_it_back()
    {
        var memory = new HashMemory(8192);
        using var first = Hash(memory);
        using var second = Hash(memory);
        using var third = Hash(memory);
        Write(first, 1);
        Write(second, 1);
        Write(second, 0);
        Assert.Equal(PartBytes, bytesRead);
        Write(first, 0);
        Write(third, 1);
        Write(third, 0);
        Assert.Equal(PartBytes, bytesRead);
    }

    [Fact]
    public void A_file_with_a_gap_has_no_hash()
    {
        using var hash = Hash(new HashMemory(Ample));
        Array.ForEach([.. Shuffled().Where(part => part != 5)], part => Write(hash, part));
        Assert.Throws<InvalidOperationException>(() => hash.Finish(content.Length));
    }

    /// <summary>Bytes of the last parts, written first, that fit: the file's last one is shorter than the others.</summary>
    private static long HeldOf(long limit) => limit == 0 ? 0 : (limit / 8192 * PartBytes) - 7;

    private RunningHash Hash(HashMemory memory) => new(memory, ReadBack, CancellationToken.None);

    private int[] Shuffled()
    {
        int[] parts = [.. Enumerable.Range(0, Parts)];
        random.Shuffle(parts);
        return parts;
    }

    private void Write(RunningHash hash, int part)
    {
        var offset = part * PartBytes;
        var bytes = content.AsSpan(offset, Math.Min(PartBytes, content.Length - offset));
        bytes.CopyTo(file.AsSpan(offset));
        hash.Add(offset, bytes);
    }

    private void ReadBack(long offset, Span<byte> destination)
    {
        file.AsSpan((int)offset, destination.Length).CopyTo(destination);
        Interlocked.Add(ref bytesRead, destination.Length);
    }
}
