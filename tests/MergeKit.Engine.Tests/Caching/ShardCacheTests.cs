using MergeKit.Engine.Caching;
using MergeKit.Engine.Diagnostics;

namespace MergeKit.Engine.Tests.Caching;

public sealed class ShardCacheTests : IDisposable
{
    private readonly StoreWorkspace workspace = new();
    private readonly byte[] bytes = StoreWorkspace.Bytes(1, 3_000_000);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void What_is_stored_by_link_or_copy_is_fetched_by_link_or_copy(bool storesLink, bool fetchesLink)
    {
        Assert.True(workspace.Put(workspace.Open(10_000_000, storesLink), 1, bytes));
        Assert.Equal(storesLink, FileStamp.TryRead(workspace["made-1"]) == FileStamp.TryRead(workspace.BlobOf(bytes)));
        File.Delete(workspace["made-1"]);
        Assert.Equal(bytes, workspace.Take(workspace.Open(10_000_000, fetchesLink), 1));
        Assert.Equal(fetchesLink, FileStamp.TryRead(workspace["taken-0"]) == FileStamp.TryRead(workspace.BlobOf(bytes)));
        Assert.Empty(Directory.GetFiles(Path.Combine(workspace.Store, "temporary")));
        Assert.Empty(workspace.Warnings);
    }

    [Fact]
    public void What_was_not_stored_is_not_there()
    {
        Assert.Null(workspace.Take(workspace.Open(), 1));
        workspace.Put(workspace.Open(), 1, [1, 2, 3]);
        Assert.Null(workspace.Take(workspace.Open(), 2));
    }

    [Fact]
    public void An_empty_file_is_stored_like_any() => Assert.Empty(PutAndTake([])!);

    [Fact]
    public void A_fingerprint_gets_what_was_stored_last()
    {
        var cache = workspace.Open();
        workspace.Put(cache, 1, [1, 2, 3]);
        workspace.Put(cache, 1, [4, 5]);
        Assert.Equal([4, 5], workspace.Take(cache, 1)!);
    }

    [Fact]
    public void Text_that_is_no_fingerprint_is_refused()
    {
        Assert.Throws<ArgumentException>(() => workspace.Open().TryFetch("../../escape", workspace["taken"], CancellationToken.None));
        File.WriteAllBytes(workspace["weights"], [1, 2, 3]);
        Assert.Throws<ArgumentException>(() => workspace.Open().Store(StoreWorkspace.Fingerprint(1), workspace["weights"], "../../escape", "", CancellationToken.None));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_that_were_written_into_are_dropped_with_a_warning(bool links)
    {
        var cache = workspace.Open(10_000_000, links);
        workspace.Put(cache, 1, bytes);
        using (var writer = new FileStream(workspace.BlobOf(bytes), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.Position = 2_500_000;
            writer.WriteByte((byte)(bytes[2_500_000] ^ 1));
        }

        Assert.Null(workspace.Take(cache, 1));
        var warning = Assert.Single(workspace.Warnings);
        Assert.Equal(DiagnosticCode.CachedWeightsDamaged, warning.Code);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Contains(DigestWorkspace.Hex(bytes), warning.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(workspace.BlobOf(bytes)));
        Assert.Empty(workspace.Stored());
        Assert.Null(workspace.Take(cache, 1));
        Assert.Single(workspace.Warnings);
        Assert.Equal(bytes, PutAndTake(bytes, cache));
    }

    [Fact]
    public void Weights_of_another_size_are_dropped_with_a_warning()
    {
        var cache = workspace.Open();
        workspace.Put(cache, 1, [1, 2, 3]);
        File.AppendAllText(workspace.BlobOf([1, 2, 3]), "more");
        Assert.Null(workspace.Take(cache, 1));
        Assert.Contains("expected 3 bytes, found 7", Assert.Single(workspace.Warnings).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], PutAndTake([1, 2, 3], cache)!);
    }

    [Fact]
    public void A_damaged_entry_is_as_good_as_none()
    {
        var cache = workspace.Open();
        workspace.Put(cache, 1, [1, 2, 3]);
        var entry = Directory.GetFiles(Path.Combine(workspace.Store, "entries"), "*", SearchOption.AllDirectories).Single();
        File.WriteAllText(entry, File.ReadAllText(entry).Replace("payload", "paiload", StringComparison.Ordinal));
        Assert.Null(workspace.Take(cache, 1));
        Assert.Equal([1, 2, 3], PutAndTake([1, 2, 3], cache)!);
    }

    [Fact]
    public void A_file_that_stands_at_the_destination_is_left_alone()
    {
        var cache = workspace.Open();
        workspace.Put(cache, 1, [1, 2, 3]);
        File.WriteAllText(workspace["there"], "mine");
        Assert.Null(cache.TryFetch(StoreWorkspace.Fingerprint(1), workspace["there"], CancellationToken.None));
        Assert.Equal("mine", File.ReadAllText(workspace["there"]));
        Assert.Equal([1], workspace.Stored());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cancelling_leaves_no_file(bool links)
    {
        var cache = workspace.Open(10_000_000, links);
        workspace.Put(cache, 1, bytes);
        Assert.ThrowsAny<OperationCanceledException>(() => cache.TryFetch(StoreWorkspace.Fingerprint(1), workspace["taken"], new CancellationToken(canceled: true)));
        Assert.False(File.Exists(workspace["taken"]));
        Assert.Equal(bytes, workspace.Take(cache, 1));
    }

    [Fact]
    public void A_store_that_cannot_be_created_is_one_warning()
    {
        File.WriteAllText(workspace.Store, "a file where the folder should be");
        var cache = workspace.Open();
        Assert.False(workspace.Put(cache, 1, [1, 2, 3]));
        Assert.False(workspace.Put(cache, 2, [1, 2, 3]));
        Assert.Null(workspace.Take(cache, 1));
        Assert.Equal(DiagnosticCode.CacheNotUsable, Assert.Single(workspace.Warnings).Code);
        Assert.Contains(workspace.Store, workspace.Warnings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Storing_goes_on_without_the_lock_but_evicts_nothing()
    {
        workspace.Put(workspace.Open(), 1, [1, 2, 3]);
        using (StoreLock.TryTake(workspace.Store, TimeSpan.Zero))
        {
            Assert.True(workspace.Put(workspace.Open(limit: 4), 2, [4, 5, 6]));
            Assert.Equal([1, 2], workspace.Stored());
            Assert.Equal(new TrimResult(0, 0, 0, 0), workspace.Open(limit: 4).Trim());
            Assert.Equal(DiagnosticCode.CacheNotUsable, Assert.Single(workspace.Warnings).Code);
        }

        workspace.Open(limit: 4).Trim();
        Assert.Equal([2], workspace.Stored());
    }

    public void Dispose() => workspace.Dispose();

    private byte[]? PutAndTake(byte[] content, ShardCache? cache = null)
    {
        cache ??= workspace.Open();
        Assert.True(workspace.Put(cache, 1, content));
        return workspace.Take(cache, 1);
    }
}
